import AsyncRuntime
import Glibc

/// The servers that are there all the time, what chance has in store, and what went wrong.
@MainActor
final class Scene {
  var chance: Chance
  /// What is sent, from some place on, so that what comes back can be told; 255 is not in it.
  let pattern: [UInt8] = (0..<1_500_000).map { UInt8(($0 * 31 + $0 / 251) % 255) }
  /// What a server sends that does not send back what comes.
  static let own: UInt8 = 255
  let path: String
  private(set) var servers: [Server] = []
  private(set) var udp: DatagramTransport?
  private(set) var failures: [String] = []
  private(set) var tallies: [String: Int] = [:]
  /// The descriptors that the process may have, when there is no shortage.
  let limit: rlimit

  init(seed: UInt64) {
    chance = Chance(seed: seed)
    path = "\0asynctop-soak-\(getpid())"
    var limit = rlimit()
    unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    self.limit = limit
  }

  func open() async throws {
    let serve: Server.StreamHandler = { @MainActor [unowned self] reader, writer in
      try await self.serve(reader, writer)
    }
    servers = [
      try await startServer(host: "127.0.0.1", port: 0, serve),
      try startUnixServer(path: path, serve),
    ]
    guard let loop = EventLoop.running else { return }
    // What is made once and kept.
    try await toThread {}
    _ = try await loop.getaddrinfo("localhost", "80")
    servers.append(try await loop.createServer(host: "127.0.0.1", port: 0) { EchoProtocol() })
    udp = try await loop.createDatagramEndpoint(local: ("127.0.0.1", 0)) { EchoProtocol() }.0
    loop.exceptionHandler = { [unowned self] _, context in
      MainActor.assumeIsolated { noteReport(context) }
    }
  }

  func close() async throws {
    for server in servers {
      server.close()
      try await server.waitClosed()
    }
    udp?.close()
    (servers, udp) = ([], nil)
  }

  // MARK: Chance

  func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &chance) }

  func happens(oneIn times: Int) -> Bool { number(1...times) == 1 }

  func pause(_ milliseconds: ClosedRange<Int>) async throws {
    try await sleep(.milliseconds(number(milliseconds)))
  }

  func bytes(_ most: Int) -> ArraySlice<UInt8> {
    let count = number(1...most)
    let start = number(0...(pattern.count - count))
    return pattern[start..<start + count]
  }

  // MARK: Notes

  func count(_ what: String) { tallies[what, default: 0] += 1 }

  func fail(_ what: String) {
    failures.append(what)
    print("FAILURE: \(what)")
    fflush(nil)
  }

  /// What an act may end with: everything that dying peers, shortages and cancellations cause.
  func isExpected(_ error: any Error) -> Bool {
    switch error {
    case is IOError, is ConnectionError, is AddressError, is TimeoutError, is CancellationError,
      is TransportError, is Deliberate:
      true
    case StreamError.incomplete, StreamError.closed, StreamError.overLimit,
      StreamError.tooMuchOutput,
      StreamError.lineTooLong:
      true
    case SignalError.unavailable: true
    case let group as TaskGroupError: group.errors.allSatisfy { isExpected($0) }
    default: false
    }
  }

  private func noteReport(_ context: ExceptionContext) {
    count("reports")
    let message = context.message
    let isKnown = message.hasPrefix("Serving ") || message.hasSuffix("can't be accepted now.")
    if isKnown, let error = context.error, isExpected(error) {
      return
    }
    fail("report: \(context)")
  }
}

/// Thrown for no reason.
struct Deliberate: Error {}

import AsyncTopBus
import AsyncTopLinux

/// Tries addresses until one is connected: one after the other, or, after a delay, one beside the
/// other, as RFC 8305 has it.
///
/// On the loop's thread only.
final class ConnectRace {
  private let loop: EventLoop
  private let options: ConnectionOptions
  private let site: CallSite
  private var untried: ArraySlice<SocketAddress>
  private var attempts: [Connection] = []
  private var errors: [IOError] = []
  private var winner: Connection?
  private var timer: TimerHandle?
  private let waiters = WaitQueue()

  init(
    _ addresses: [SocketAddress], _ options: ConnectionOptions, on loop: EventLoop,
    at site: CallSite
  ) {
    untried = options.order(addresses)[...]
    self.options = options
    self.loop = loop
    self.site = site
  }

  /// The first connection that is made.
  nonisolated(nonsending)
    func run() async throws -> Connection
  {
    defer { end() }
    tryNext()
    while true {
      if let winner { return winner }
      guard let attempt = attempts.last else { throw failure }
      do {
        let task = loop.waiter()
        try await task.refuseIfCancelled()
        waiters.append(task)
        try await task.wait(
          in: waiters, of: loop, for: .resource, attempt.resource.id, at: site.number)
      } catch {
        winner?.abort()
        throw error
      }
    }
  }

  /// The connection of an attempt is made or has failed.
  func attemptEnded(_ attempt: Connection) {
    guard let place = attempts.firstIndex(where: { $0 === attempt }) else { return }
    attempts.remove(at: place)
    guard winner == nil else {
      attempt.parties.race = nil
      attempt.abort()
      return
    }
    if let reason = attempt.descriptor?.socketError {
      failed(attempt, reason)
    } else {
      won(attempt)
    }
  }

  private func won(_ attempt: Connection) {
    timer?.cancel()
    attempt.parties.race = nil
    attempt.writing.mayWrite = true
    winner = attempt
    waiters.wakeFirst()
  }

  private func failed(_ attempt: Connection, _ reason: Errno) {
    errors.append(site.error(reason, "connect", "\(attempt.label)"))
    attempt.parties.race = nil
    attempt.abort()
    tryNext()
  }

  // Goes on to the next address until one is under way.
  func tryNext() {
    timer?.cancel()
    timer = nil
    // The timer may have fired already when an attempt wins.
    guard winner == nil else { return }
    while let address = untried.popFirst() {
      do throws(Errno) {
        try start(address)
      } catch {
        errors.append(site.error(error, "connect", "\(ConnectionLabel.opened(to: address))"))
        continue
      }
      if winner == nil, let delay = options.happyEyeballsDelay, !untried.isEmpty {
        timer = loop.callLater(delay, fileID: site.fileID, line: site.line) { [weak self] in
          self?.tryNext()
        }
      }
      return
    }
    if attempts.isEmpty { waiters.wakeFirst() }
  }

  private func start(_ address: SocketAddress) throws(Errno) {
    let socket = try FileDescriptor.socket(address.family, .stream)
    if options.keepAlive { try socket.setOption(.keepAlive, to: 1) }
    if let local = options.localAddress { try socket.bind(to: local) }
    let isConnected = try socket.connect(to: address)
    let attempt = try Connection(
      socket, .opened(to: address), peer: address, on: loop, at: site)
    if isConnected { return won(attempt) }
    attempt.parties.race = self
    attempt.writing.mayWrite = false
    attempts.append(attempt)
  }

  private func end() {
    timer?.cancel()
    for attempt in attempts {
      attempt.parties.race = nil
      attempt.abort()
    }
    attempts = []
  }

  // One error for all if they say the same.
  private var failure: any Error {
    guard !options.allErrors, let first = errors.first,
      errors.allSatisfy({ $0.reason == first.reason })
    else { return ConnectionError(errors: errors) }
    return first
  }
}

/// No address of a host could be connected to.
public struct ConnectionError: Error, Sendable, CustomStringConvertible {
  /// Why, one for each address, in the order in which they were tried.
  public var errors: [IOError]

  /// Makes an error as the runtime throws it, for what stands in for a network in tests.
  ///
  /// - Parameter errors: Why, one for each address.
  public init(errors: [IOError]) {
    self.errors = errors
  }

  /// For people.
  public var description: String {
    errors.isEmpty ? "no address to connect to" : errors.map { "\($0)" }.joined(separator: "; ")
  }
}

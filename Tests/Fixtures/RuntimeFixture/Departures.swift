import AsyncRuntime
import Glibc
import LeavingClient
import AsyncTopLinux

/// Who sends to clients that leave at any byte, in the middle of a call of the kernel's: nothing
/// ignores SIGPIPE here, so one is the end.
@MainActor
enum Departures {
  private static let departures = 150
  private static let file = "/proc/self/exe"

  nonisolated static func main() throws {
    signal(SIGPIPE, SIG_DFL)
    let lines = try AsyncRuntime.run {
      [
        "stream: \(try await streams()) clients",
        "transport: \(try await transports()) clients",
        "socket: \(try await sockets()) clients",
        "pipe: \(try await pipes()) readers",
        "standard error: \(try await standardError()) readers",
      ]
    }
    for line in lines { print(line) }
  }

  /// After how many bytes the client of a number leaves: any, but the same each time.
  nonisolated private static func place(_ number: Int) -> Int { (number * 7919) % 400_000 }

  /// As clients of a port: threads, since who leaves during a call is not on this one.
  private static func leave(_ address: AsyncRuntime.SocketAddress) async throws -> Int {
    let clients = ThreadPool(name: "clients", threadLimit: 8)
    defer { clients.shutDown(wait: false) }
    let port = address.port
    let leaving = try (0..<departures).map { number in
      wrapFuture(
        try clients.submit {
          LeavingClient.visit(
            port, takes: place(number), endsFirst: !place(number).isMultiple(of: 3),
            resets: place(number).isMultiple(of: 2))
        })
    }
    return try await gather(leaving).count { $0 }
  }

  private static func streams() async throws -> Int {
    let server = try await startServer(host: "127.0.0.1", port: 0) { _, writer in
      while true { try await writer.sendFile(try OpenFile(path: file)) }
    }
    EventLoop.running?.exceptionHandler = { _, _ in }
    return try await server.whileOpen { try await leave($0.addresses[0]) }
  }

  private static func transports() async throws -> Int {
    guard let loop = EventLoop.running else { return 0 }
    let server = try await loop.createServer(host: "127.0.0.1", port: 0) { FileSender(file) }
    return try await server.whileOpen { try await leave($0.addresses[0]) }
  }

  private static func sockets() async throws -> Int {
    guard let loop = EventLoop.running else { return 0 }
    let listener = try Socket(.ipv4, .stream)
    try listener.bind(to: SocketAddress("127.0.0.1", port: 0)!)
    try listener.listen()
    let serving = createTask {
      while true {
        let (socket, _) = try await loop.sockAccept(listener)
        createTask {
          while (try? await loop.sockSendfile(socket, try OpenFile(path: file))) != nil {}
        }
      }
    }
    defer { serving.cancel() }
    return try await leave(listener.localAddress!)
  }

  // A blocking pipe: the kernel has taken some of what is written, waits, and finds nobody there.
  private static func pipes() async throws -> Int {
    let bytes = [UInt8](repeating: 1, count: 1 << 20)
    return try await broken { descriptor in
      try? unsafe bytes.withUnsafeBytes { unsafe try DataFile(borrowing: descriptor).write($0) }
    }
  }

  private static func standardError() async throws -> Int {
    let line = String(repeating: "x", count: 1 << 20)
    return try await broken { descriptor in
      let before = dup(2)
      dup2(descriptor, 2)
      StandardError.write(line)
      dup2(before, 2)
      close(before)
    }
  }

  // How many writes into a pipe went on after its reader had left.
  private static func broken(_ write: (Int32) -> Void) async throws -> Int {
    for number in 0..<20 {
      var ends: [Int32] = [-1, -1]
      unsafe pipe(&ends)
      let (end, writing) = (ends[0], ends[1])
      let reading = createTask {
        try await toThread {
          LeavingClient.read(end, place(number))
          close(end)
        }
      }
      for _ in 0..<3 { try await sleep(.zero) }
      // On this thread, which it blocks: the pool's have all signals blocked.
      write(writing)
      try await reading.value
      close(writing)
    }
    return 20
  }
}

/// Sends a file again and again.
///
/// Sendable: it is used on one loop's thread.
private final class FileSender: StreamProtocol, @unchecked Sendable {
  private let path: String

  init(_ path: String) {
    self.path = path
  }

  func connectionMade(_ transport: Transport) {
    guard let loop = EventLoop.running else { return }
    createTask { [path] in
      while (try? await loop.sendfile(transport, try OpenFile(path: path))) != nil {}
    }
  }

  func dataReceived(_ data: [UInt8]) {}
}

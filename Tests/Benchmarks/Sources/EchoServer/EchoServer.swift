import AsyncRuntime
import Glibc

/// An echo server on AsyncRuntime; see the usage.
@main
struct EchoServer {
  private static let usage = """
    usage: echo-server streams|protocol tcp|udp|unix PATH|spawn

    Sends back what comes, with tasks that read and write streams, or with a protocol of callbacks.
    There is udp for a protocol only; spawn, for streams only, is tcp, but runs a program before it
    answers. Prints its port, 0 for unix, and serves until it is killed.
    """

  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    try run {
      guard let loop = EventLoop.running else { return }
      let port: UInt16
      switch (arguments.first, arguments.dropFirst().first, arguments.count) {
      case ("streams", "tcp", 2): port = try await StreamEcho.serve().port
      case ("streams", "unix", 3): port = try StreamEcho.serve(path: arguments[2]).port
      case ("streams", "spawn", 2): port = try await StreamEcho.serveSpawning().port
      case ("protocol", "tcp", 2): port = try await ProtocolEcho.serve(on: loop).port
      case ("protocol", "unix", 3):
        port = try ProtocolEcho.serve(path: arguments[2], on: loop).port
      case ("protocol", "udp", 2): port = try await DatagramEcho.serve(on: loop)
      default:
        print(usage)
        exit(arguments.contains("--help") ? 0 : 2)
      }
      print(port)
      fflush(nil)
      try await sleep(.seconds(100_000))
    }
  }

  /// Hundreds of connections may come at once.
  static let options = ListenOptions(backlog: 1024)
}

import Glibc
import NIOCore
import NIOPosix

/// An echo server on one event loop of SwiftNIO; see the usage.
@main
struct NIOEchoServer {
  private static let usage = """
    usage: nio-echo-server handlers|async tcp|udp|unix PATH

    Sends back what comes, with handlers or with asynchronous channels. Prints its port, 0 for unix,
    and serves until it is killed.
    """

  /// Where to listen.
  enum Place {
    case tcp, udp
    case unix(path: String)

    init?(_ arguments: ArraySlice<String>) {
      switch (arguments.first, arguments.count) {
      case ("tcp", 1): self = .tcp
      case ("udp", 1): self = .udp
      case ("unix", 2): self = .unix(path: arguments[arguments.endIndex - 1])
      default: return nil
      }
    }
  }

  static func main() async throws {
    let arguments = CommandLine.arguments.dropFirst()
    guard let place = Place(arguments.dropFirst()),
      arguments.first == "handlers" || arguments.first == "async"
    else {
      print(usage)
      exit(arguments.contains("--help") ? 0 : 2)
    }
    // The tasks of the asynchronous channel run on the event loop's thread too.
    NIOSingletons.groupLoopCountSuggestion = 1
    _ = NIOSingletons.unsafeTryInstallSingletonPosixEventLoopGroupAsConcurrencyGlobalExecutor()
    if arguments.first == "handlers" {
      try await HandlerEcho.serve(at: place)
    } else {
      try await ChannelEcho.serve(at: place)
    }
  }

  static var streams: ServerBootstrap {
    ServerBootstrap(group: NIOSingletons.posixEventLoopGroup)
      .serverChannelOption(.backlog, value: 1024)
  }

  static var datagrams: DatagramBootstrap {
    DatagramBootstrap(group: NIOSingletons.posixEventLoopGroup)
  }

  /// Says that the server listens.
  static func report(_ channel: any Channel) {
    print(channel.localAddress?.port ?? 0)
    fflush(nil)
  }
}

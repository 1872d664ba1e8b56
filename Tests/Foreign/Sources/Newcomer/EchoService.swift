import AsyncAlgorithms
import AsyncRuntime
import Foundation
import Glibc
import Logging
import ServiceLifecycle

/// Services of service-lifecycle on the event loop, until SIGTERM.
struct EchoService: Service {
  @MainActor static func main() async throws {
    let group = ServiceGroup(
      services: [EchoService(), Ticker()], gracefulShutdownSignals: [.sigterm],
      logger: Logger(label: "newcomer") { _ in SwiftLogNoOpLogHandler() })
    try await group.run()
    print("the group is over")
  }

  func run() async throws {
    try await withServer(
      host: "127.0.0.1", port: 0,
      serving: { reader, writer in
        for try await line in reader.lines { try await writer.sendLine(line) }
      }
    ) { server in
      try await withConnection(host: "127.0.0.1", port: server.port) { reader, writer in
        try await writer.sendLine("hello")
        print(try await reader.nextLine() ?? "")
      }
      kill(getpid(), SIGTERM)
      try await gracefulShutdown()
      server.closeClients()
    }
    print("the echo is over")
  }
}

struct Ticker: Service {
  func run() async throws {
    let ticks = AsyncTimerSequence(interval: .milliseconds(10), clock: .eventLoop)
    for await _ in ticks.cancelOnGracefulShutdown() {}
  }
}

import AsyncRuntime
import AsyncTopLinux

/// Where an operator asks how the server is doing, over a unix socket, and hears its heartbeat, in
/// datagrams.
@MainActor
final class OperatorDesk {
  private let store: KeyValueStore
  private let path = "\0asynctop-demo-\(ProcessFiles.ownProcess)"

  init(_ store: KeyValueStore) {
    self.store = store
  }

  /// Answers, asks and beats until it is cancelled.
  func run() async throws {
    let desk = try startUnixServer(path: path) { reader, writer in
      for try await _ in reader.lines {
        try await writer.sendLine("\(self.store.clientsGone) clients have left")
      }
    }
    defer { desk.close() }
    try await withAsyncTaskGroup(name: "desk") { group in
      try group.createTask(name: "operator") { try await self.ask() }
      try group.createTask(name: "heartbeat") { try await self.beat() }
    }
  }

  private func ask() async throws {
    let (reader, writer) = try await openUnixConnection(path: path)
    defer { writer.close() }
    while true {
      try await writer.sendLine("how are you?")
      _ = try await reader.readLine()
      try await sleep(.seconds(2))
    }
  }

  private func beat() async throws {
    guard let loop = EventLoop.running else { return }
    let (meter, _) = try await loop.createDatagramEndpoint(local: ("127.0.0.1", 0)) {
      HeartbeatMeter()
    }
    defer { meter.close() }
    let (heart, _) = try await loop.createDatagramEndpoint(
      remote: ("127.0.0.1", meter.localAddress?.port ?? 0)
    ) { HeartbeatMeter() }
    defer { heart.close() }
    while true {
      try heart.send("beat")
      try await sleep(.milliseconds(500))
    }
  }
}

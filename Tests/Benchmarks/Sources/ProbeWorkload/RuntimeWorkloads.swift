import AsyncRuntime

/// AsyncRuntime's tasks, timers and streams on its loop.
@MainActor
enum RuntimeWorkloads {
  private static let rounds = 5

  static func run() async throws {
    if let counted = ProbeWorkload.counted {
      try await (counted.name == "yield" ? yield : churn)(counted.operations)
      return
    }
    ProbeWorkload.waitForObserver()
    try await measure("yield", operations: 100_000) { try await yield(100_000) }
    try await measure("churn", operations: 50_000) { try await churn(50_000) }
    try await echo(connections: 32, messages: 600)
  }

  private static func yield(_ operations: Int) async throws {
    for _ in 0..<operations { try await sleep(.zero) }
  }

  private static func churn(_ operations: Int) async throws {
    for number in 0..<operations { _ = try await createTask { number }.value }
  }

  /// Messages of 1 KiB there and back, server and clients on one loop.
  private static func echo(connections: Int, messages: Int) async throws {
    let server = try await startServer(host: "127.0.0.1", port: 0) { reader, writer in
      while true {
        let bytes = try await reader.read(65_536)
        if bytes.isEmpty { break }
        writer.write(bytes)
        try await writer.drain()
      }
      writer.close()
    }
    try await measure("echo", operations: connections * messages) {
      try await withAsyncTaskGroup { group in
        for _ in 0..<connections {
          try group.createTask { try await talk(to: server.port, messages: messages) }
        }
      }
    }
    server.close()
  }

  private static func talk(to port: UInt16, messages: Int) async throws {
    let (reader, writer) = try await openConnection(host: "127.0.0.1", port: port)
    let message = [UInt8](repeating: 65, count: 1024)
    for _ in 0..<messages {
      writer.write(message)
      try await writer.drain()
      _ = try await reader.readExactly(message.count)
    }
    writer.close()
  }

  private static func measure(
    _ name: String, operations: Int, _ body: () async throws -> Void
  ) async throws {
    try await body()
    var best = UInt64.max
    for _ in 0..<rounds {
      let start = ProbeWorkload.processorTime
      try await body()
      best = min(best, ProbeWorkload.processorTime - start)
    }
    ProbeWorkload.report(name, best, operations: operations)
  }
}

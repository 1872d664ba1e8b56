import AsyncMonitoring
import AsyncRuntime

/// A TCP key-value server and its clients, over loopback, on AsyncRuntime.
///
/// Clients come, talk, think and go. Each request has a time limit. A background job looks after
/// the store in a task group, again and again. At a desk an operator asks how things are.
@MainActor
final class ServerProgram {
  private static let clients = 200
  private let store = KeyValueStore()
  private var clientsEver = 0

  /// Runs until it is cancelled.
  func run() async throws {
    let server = try await startServer(host: "127.0.0.1", port: 0) { reader, writer in
      try await self.serve(reader, writer)
    }
    try await withAsyncTaskGroup(name: "service") { service in
      try service.createTask(name: "housekeeping") { try await self.keepHouse() }
      try service.createTask(name: "desk") { try await OperatorDesk(self.store).run() }
      try service.createTask(name: "crowd") { try await self.letClientsCome(to: server.port) }
      try await server.serveForever()
    }
  }

  /// Answers one connection's requests until its client leaves or is silent for too long.
  private func serve(_ reader: StreamReader, _ writer: StreamWriter) async throws {
    defer { writer.close() }
    while let request = try await request(from: reader) {
      writer.write(store.answer(request).utf8)
      try await writer.drain()
    }
  }

  private func request(from reader: StreamReader) async throws -> String? {
    let line = try await withTimeout(.seconds(30)) { try await reader.readLine() }
    return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
  }

  /// Keeps as many clients in the house as there are places.
  private func letClientsCome(to port: UInt16) async throws {
    try await withAsyncTaskGroup(name: "clients") { house in
      while true {
        while clientsEver - store.clientsGone < Self.clients {
          clientsEver += 1
          let number = clientsEver
          try house.createTask(name: "client \(number)") {
            await self.visit(port: port, number: number)
          }
        }
        try await sleep(.milliseconds(100))
      }
    }
  }

  /// One client's life: a connection, some requests with pauses, and good-bye.
  private func visit(port: UInt16, number: Int) async {
    defer { store.clientsGone += 1 }
    do {
      let (reader, writer) = try await openConnection(host: "127.0.0.1", port: port)
      defer { writer.close() }
      for request in 0..<(20 + number % 60) {
        let key = (number * 7 + request) % 1000
        let text = request % 3 == 0 ? "SET \(key) \(number)-\(request)\n" : "GET \(key)\n"
        writer.write(text.utf8)
        try await writer.drain()
        _ = try await withTimeout(.seconds(5)) { try await reader.readLine() }
        try await sleep(.milliseconds(20 + (number * 31 + request * 17) % 400))
      }
    } catch {
      // It leaves; another one comes.
    }
  }

  /// Once a second: three jobs at a time, as a group.
  private func keepHouse() async throws {
    for number in 1... {
      // A recording keeps this as a mark to jump to.
      if number % 10 == 1 { AsyncMonitor.mark("housekeeping \(number)") }
      try await withAsyncTaskGroup(name: "housekeeping round") { round in
        try round.createTask(name: "expire") { try await self.expire() }
        try round.createTask(name: "snapshot") { try await self.snapshot() }
        try round.createTask(name: "statistics") { try await sleep(.milliseconds(150)) }
      }
      try await sleep(.seconds(1))
    }
  }

  /// Forgets old entries, some at a time so that requests come in between.
  private func expire() async throws {
    for _ in 0..<10 {
      store.forget(20)
      try await sleep(.zero)
    }
  }

  /// Goes through the whole store at once: the loop is busy meanwhile, which its lag shows.
  private func snapshot() async throws {
    try await sleep(.milliseconds(300))
    store.digest()
  }
}

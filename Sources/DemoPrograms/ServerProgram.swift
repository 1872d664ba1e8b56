import AsyncMonitoring
import AsyncRuntime
import AsyncTopLinux

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

/// What the key-value server keeps.
@MainActor
final class KeyValueStore {
  private var values: [Substring: Substring] = [:]
  /// How many clients have left.
  var clientsGone = 0

  /// The answer to a line: `GET key`, `SET key value`.
  func answer(_ line: String) -> String {
    let words = line.split(whereSeparator: \.isWhitespace)
    switch (words.first, words.count) {
    case ("GET", 2): return values[words[1]].map { "VALUE \($0)\n" } ?? "NONE\n"
    case ("SET", 3):
      values[words[1]] = words[2]
      return "OK\n"
    default: return "ERROR\n"
    }
  }

  /// Forgets some entries.
  func forget(_ count: Int) {
    for key in values.keys.prefix(count) { values[key] = nil }
  }

  /// A number that depends on everything in the store.
  @discardableResult
  func digest() -> Int {
    var digest = 0
    for _ in 0..<20 {
      for (key, value) in values { digest = digest &* 31 &+ key.hashValue ^ value.hashValue }
    }
    return digest
  }
}

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

/// Counts heartbeats.
final class HeartbeatMeter: DatagramProtocol {
  private var beats = 0

  func connectionMade(_ transport: DatagramTransport) {}

  func datagramReceived(_ data: [UInt8], from sender: SocketAddress) {
    beats += 1
  }
}

import AsyncRuntime
import Glibc
import AsyncTopBus

/// What a watcher sees of a program that waits for the network and for names.
@MainActor
enum NetworkReports {
  nonisolated static func main() throws {
    // In which the resolver looks first: nobody ever writes to it.
    let aliases = "/tmp/asynctop-aliases-\(getpid())"
    unsafe mkfifo(aliases, 0o600)
    unsafe setenv("HOSTALIASES", aliases, 1)
    defer { unsafe unlink(aliases) }
    let lines = try AsyncRuntime.run {
      try await start()
      guard let session = LiveSession(ownProcess: ()) else { return ["no region"] }
      var lines = describe(session.snapshot())
      // It tries again and again, and does not wait when it is about to.
      for _ in 0..<1000 where !lines.contains(where: { $0.hasPrefix("refused waits") }) {
        try await sleep(.milliseconds(1))
        lines = describe(session.snapshot())
      }
      for task in allTasks() where task !== currentTask() { task.cancel() }
      try gate.setResult(())
      return lines
    }
    for line in lines { print(line) }
  }

  // Blocks the only thread of the default executor.
  nonisolated static let gate = ThreadFuture<Void>()

  private static func start() async throws {
    guard let loop = EventLoop.running else { return }
    let pool = ThreadPool(name: "names", threadLimit: 1)
    loop.setDefaultExecutor(pool)
    createTask(name: "blocked") { try await toThread { try gate.result() } }
    try await sleep(.zero)
    createTask(name: "resolving") { try await loop.getaddrinfo("example", "80") }
    try await startStreams()
    try startUnix(loop)
    try await startMessages(loop)
    for _ in 0..<3 { try await sleep(.milliseconds(1)) }
  }

  private static func startStreams() async throws {
    let served = try Future<Void>()
    let server = try await startServer(host: "127.0.0.1", port: 0) { reader, writer in
      currentTask()?.name = "serving"
      writer.write(try await reader.readLine())
      try served.setResult(())
      _ = try await reader.readLine()
    }
    createTask(name: "client") {
      let (reader, writer) = try await openConnection(host: "127.0.0.1", port: server.port)
      writer.write("hello\n".utf8)
      for _ in 0..<2 { _ = try await reader.readLine() }
    }
    try await served.value
    createTask(name: "forever") { try await server.serveForever() }
  }

  private static func startUnix(_ loop: EventLoop) throws {
    let path = "\0asynctop-network-reports\(getpid())"
    let listener = try Socket(.unix, .stream)
    try listener.bind(to: try SocketAddress(path: path))
    try listener.listen(backlog: 0)
    createTask(name: "sender") {
      let (_, writer) = try await openUnixConnection(path: path)
      writer.setWriteBufferLimits(high: 1000)
      writer.write([UInt8](repeating: 1, count: 2_000_000))
      try await writer.drain()
    }
    // It finds no room.
    createTask(name: "refused") { _ = try await openUnixConnection(path: path) }
    let (one, other) = try Socket.pair()
    createTask(name: "receiver") {
      // The other end stays open.
      defer { other.close() }
      _ = try await loop.sockRecv(one, 10)
    }
    let third = try Socket(.unix, .stream)
    try third.bind(to: try SocketAddress(path: path + "-free"))
    try third.listen()
    createTask(name: "accepting") {
      defer { listener.close() }
      _ = try await loop.sockAccept(third)
    }
  }

  private static func startMessages(_ loop: EventLoop) async throws {
    let socket = try Socket(.ipv4, .datagram)
    if let any = SocketAddress("127.0.0.1", port: 0) { try socket.bind(to: any) }
    guard let address = socket.localAddress else { return }
    createTask(name: "messages") {
      for _ in 0..<2 { _ = try await loop.sockRecvfrom(socket, 100) }
    }
    let (endpoint, _) = try await loop.createDatagramEndpoint(
      remote: ("127.0.0.1", address.port)
    ) { Silent() }
    try endpoint.sendto([1, 2, 3])
    kept = endpoint
  }

  private static var kept: DatagramTransport?

  private final class Silent: DatagramProtocol {
    func connectionMade(_ transport: DatagramTransport) {}

    func datagramReceived(_ data: [UInt8], from sender: SocketAddress) {}
  }

  private static func describe(_ snapshot: Snapshot) -> [String] {
    var names: [UInt64: String] = [:]
    var lines: [String] = []
    for resource in snapshot.resources {
      let name = "\(resource.kind) \(resource.name.filter { !$0.isNumber })"
      names[resource.id] = name
      let fill = resource.capacity == 0 ? "" : ", full \(resource.depth > resource.capacity)"
      let sent = resource.bytesOut > 1000 ? "many" : "\(resource.bytesOut)"
      lines.append(
        "\(name): \(resource.bytesIn) in, \(sent) out, \(resource.waiters) wait\(fill),"
          + " here \(isHere(resource.site, snapshot))")
    }
    for task in snapshot.tasks {
      guard case .resource(let id) = task.waitsFor else { continue }
      lines.append(
        "\(snapshot.name(of: task)) waits for \(names[id] ?? "nothing"),"
          + " here \(isHere(task.waitSite, snapshot))")
    }
    return lines.sorted()
  }

  private static func isHere(_ site: UInt32, _ snapshot: Snapshot) -> Bool {
    (snapshot.site(site).map { "\($0)" } ?? "").contains("NetworkReports.swift")
  }
}

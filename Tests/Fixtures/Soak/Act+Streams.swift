import AsyncRuntime
import LeavingClient

extension Act {
  @MainActor static let streams = [
    Act("talk") { scene in
      let (reader, writer) = try await open(scene)
      defer { if scene.happens(oneIn: 2) { writer.close() } }
      try await talk(scene, reader, writer)
      if scene.happens(oneIn: 4) {
        writer.close()
        try await writer.waitClosed()
      }
    },
    Act("reset") { scene in
      let socket = try Socket(.ipv4, .stream)
      guard let loop = EventLoop.running, let address = scene.servers.first?.addresses.first
      else { return }
      try await loop.sockConnect(socket, address)
      try socket.setLinger(seconds: 0)
      let (reader, writer) = try openConnection(socket: socket)
      writer.write(scene.bytes(200_000))
      if scene.happens(oneIn: 2) { _ = try await reader.read(100) }
      writer.close()
    },
    Act("half close") { scene in
      let (reader, writer) = try await open(scene)
      writer.write(scene.bytes(500_000))
      writer.writeEOF()
      _ = try await reader.readToEnd()
      writer.close()
      try await writer.waitClosed()
    },
    Act("end in the middle") { scene in
      let (_, writer) = try await open(scene)
      writer.write(scene.bytes(1_000_000))
      if scene.happens(oneIn: 2) { writer.abort() } else { writer.close() }
    },
    Act("silence") { scene in
      let (reader, writer) = try await open(scene)
      try await scene.pause(0...300)
      if scene.happens(oneIn: 2) { writer.close() }
      _ = reader
    },
    Act("slow reader") { scene in
      let (reader, writer) = try await open(scene)
      let bytes = scene.bytes(1_000_000)
      let sending = createTask {
        writer.write(bytes)
        try await writer.drain()
        writer.writeEOF()
      }
      defer { sending.cancel() }
      try await scene.takeSlowly(reader)
      writer.abort()
      try await sending.value
    },
    Act("transport") { scene in
      guard let loop = EventLoop.running else { return }
      let port = scene.servers[2].port
      let (transport, call) = try await loop.createConnection(host: "127.0.0.1", port: port) {
        FirstCall(on: loop)
      }
      defer { transport.close() }
      transport.write(scene.bytes(300_000))
      if scene.happens(oneIn: 2) { try await call.called.value }
      if scene.happens(oneIn: 3) { transport.pauseReading() }
      if scene.happens(oneIn: 2) { transport.abort() } else { transport.close() }
      try await call.ended.value
      if call.ends != 1 { scene.fail("a connection was lost \(call.ends) times") }
    },
    Act("file") { scene in
      let (reader, writer) = try await open(scene)
      let file = try OpenFile(path: "/proc/self/exe")
      let count = scene.number(1...3_000_000)
      let taking = createTask { while try await !reader.read(50_000).isEmpty {} }
      defer {
        taking.cancel()
        writer.abort()
      }
      let sent = try await writer.sendFile(
        file, offset: Int64(scene.number(0...1000)), count: count)
      if sent > count { scene.fail("\(sent) of \(count) bytes of a file were sent") }
    },
    Act("file to who leaves") { scene in
      // Another thread's: who leaves in the middle of a call that sends is not on this one.
      let server = try await startServer(host: "127.0.0.1", port: 0) { _, writer in
        while true { try await writer.sendFile(try OpenFile(path: "/proc/self/exe")) }
      }
      defer { server.close() }
      let (port, count) = (server.port, scene.number(0...1_000_000))
      let resets = scene.happens(oneIn: 2)
      try await toThread {
        _ = LeavingClient.visit(
          port, takes: count, endsFirst: count.isMultiple(of: 2), resets: resets)
      }
      try await withTimeout(.seconds(20)) {
        while server.connectionCount > 0 { try await scene.pause(1...5) }
      }
    },
    Act("names") { scene in
      let options = ConnectionOptions(happyEyeballsDelay: .milliseconds(scene.number(0...5)))
      let (reader, writer) = try await openConnection(
        host: "localhost", port: scene.servers[0].port, options: options)
      writer.write("x\n".utf8)
      _ = try await reader.readLine()
      writer.close()
    },
    Act("server") { scene in
      let server = try await startServer(host: "127.0.0.1", port: 0) { reader, writer in
        while case let line = try await reader.readLine(), !line.isEmpty { writer.write(line) }
      }
      defer {
        server.abortClients()
        server.close()
      }
      let clients = try await (0..<scene.number(0...5)).asyncOpen(server.port)
      let serving = createTask { try await server.serveForever() }
      try await scene.pause(0...20)
      if scene.happens(oneIn: 2) { serving.cancel() }
      if scene.happens(oneIn: 2) { server.closeClients() } else { server.abortClients() }
      server.close()
      for (_, writer) in clients { writer.close() }
      try await server.waitClosed()
    },
  ]

  @MainActor
  static func open(_ scene: Scene) async throws -> (StreamReader, StreamWriter) {
    switch scene.number(0...3) {
    case 0: try await openUnixConnection(path: scene.path)
    case 1: try await openConnection(host: "127.0.0.1", port: scene.servers[2].port)
    default: try await openConnection(host: "127.0.0.1", port: scene.servers[0].port)
    }
  }

  /// Sends and checks that what comes back, if anything does, is the same.
  @MainActor
  static func talk(
    _ scene: Scene, _ reader: StreamReader, _ writer: StreamWriter
  ) async throws {
    for _ in 0..<scene.number(1...10) {
      let bytes = scene.bytes(
        [1, 100, 1000, 10_000, 100_000].randomElement(using: &scene.chance) ?? 1)
      writer.write(bytes)
      try await writer.drain()
      let line = try await reader.readExactly(min(bytes.count, 20))
      if line[0] == Scene.own { return }
      let rest = try await reader.readExactly(bytes.count - line.count)
      if line + rest != Array(bytes) { scene.fail("\(bytes.count) bytes came back changed") }
      scene.count("answers")
    }
  }
}

extension Range<Int> {
  /// As many connections to a port.
  @MainActor
  fileprivate func asyncOpen(
    _ port: UInt16
  ) async throws -> [(StreamReader, StreamWriter)] {
    var opened: [(StreamReader, StreamWriter)] = []
    for _ in self { opened.append(try await openConnection(host: "127.0.0.1", port: port)) }
    return opened
  }
}

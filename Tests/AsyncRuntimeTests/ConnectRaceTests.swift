@testable import AsyncRuntime
import Testing

@Suite struct `Connecting to one of several addresses` {
  private func listener(backlog: Int = 10) throws -> (Socket, SocketAddress) {
    let socket = try Socket(.ipv4, .stream)
    try socket.bind(to: try #require(SocketAddress("127.0.0.1", port: 0)))
    try socket.listen(backlog: backlog)
    return (socket, try #require(socket.localAddress))
  }

  /// An address that never answers: its listener has no room for more connections.
  private func silent() async throws -> ([Socket], SocketAddress) {
    let (listener, address) = try listener(backlog: 0)
    var sockets = [listener]
    for _ in 0..<3 {
      let socket = try Socket(.ipv4, .stream)
      sockets.append(socket)
      _ = try? await withTimeout(.milliseconds(20)) {
        try await EventLoop.running?.sockConnect(socket, address)
      }
    }
    return (sockets, address)
  }

  private func connect(
    _ addresses: [SocketAddress], _ options: ConnectionOptions
  ) async throws -> StreamWriter {
    let loop = try #require(EventLoop.running)
    let race = ConnectRace(addresses, options, on: loop, at: CallSite(#fileID, #line))
    return StreamWriter(try await race.run())
  }

  @Test func `tries the next after a failure`() async throws {
    try await onOwnLoop {
      let (closed, refused) = try listener()
      closed.close()
      let (_listener, address) = try listener()
      let writer = try await connect([refused, refused, address], ConnectionOptions())
      #expect(writer.peerAddress == address)
      _ = _listener
    }
  }

  @Test func `tries none once one is connected`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      let (_listener, address) = try listener()
      let options = ConnectionOptions(happyEyeballsDelay: .seconds(600))
      let site = CallSite(#fileID, #line)
      let race = ConnectRace([address, address, address], options, on: loop, at: site)
      let writer = StreamWriter(try await race.run())
      let before = loop.descriptors.owners.count
      // As of a timer that was on its way.
      race.tryNext()
      #expect(loop.descriptors.owners.count == before)
      #expect(writer.peerAddress == address)
      _ = _listener
    }
  }

  @Test func `tries the next beside one that does not answer`() async throws {
    try await onOwnLoop {
      let (silent, slow) = try await silent()
      let (listener, address) = try listener()
      let options = ConnectionOptions(happyEyeballsDelay: .milliseconds(10))
      let writer = try await withTimeout(.seconds(30)) {
        try await connect([slow, address], options)
      }
      #expect(writer.peerAddress == address)
      _ = (silent, listener)
    }
  }

  @Test func `leaves nothing when it is cancelled`() async throws {
    try await onOwnLoop {
      let (silent, slow) = try await silent()
      let loop = try #require(EventLoop.running)
      let before = loop.descriptors.owners.count
      let connecting = createTask {
        try await connect([slow, slow], ConnectionOptions(happyEyeballsDelay: .milliseconds(1)))
      }
      // Until it tries both at once.
      try await withTimeout(.seconds(30)) {
        while loop.descriptors.owners.count < before + 2 { try await sleep(.milliseconds(1)) }
      }
      connecting.cancel()
      await #expect(throws: CancellationError.self) { try await connecting.value }
      #expect(loop.descriptors.owners.count == before)
      _ = silent
    }
  }

  @Test func `says why each failed`() async throws {
    try await onOwnLoop {
      let (closed, refused) = try listener()
      closed.close()
      let unreachable = try SocketAddress(path: "/nowhere/at/all")
      let same = await #expect(throws: IOError.self) {
        try await connect([refused, refused], ConnectionOptions())
      }
      #expect(same?.reason == .connectionRefused)
      let different = await #expect(throws: ConnectionError.self) {
        try await connect([refused, unreachable], ConnectionOptions())
      }
      #expect(different?.errors.map(\.reason) == [.connectionRefused, .noSuchFile])
      let all = await #expect(throws: ConnectionError.self) {
        try await connect([refused, refused], ConnectionOptions(allErrors: true))
      }
      #expect(all?.errors.count == 2)
    }
  }

  @Test func `lets families take turns`() throws {
    let (four, six) = (
      (1...3).compactMap { SocketAddress("127.0.0.\($0)", port: 1) },
      (1...2).compactMap { SocketAddress("::\($0)", port: 1) }
    )
    let order = { (options: ConnectionOptions) in
      options.order(six + four).map { "\($0)" }
    }
    #expect(order(ConnectionOptions()) == (six + four).map { "\($0)" })
    let turns = [six[0], four[0], six[1], four[1], four[2]].map { "\($0)" }
    #expect(order(ConnectionOptions(happyEyeballsDelay: .zero)) == turns)
    let late = (six + four).map { "\($0)" }
    #expect(order(ConnectionOptions(interleave: 2)) == late)
    #expect(order(ConnectionOptions(localAddress: four[0])) == four.map { "\($0)" })
  }
}

import AsyncTopLinux
import Testing

@Suite struct `Poller` {
  @Test func `reports a counter until it is reset`() throws {
    var poller = try AsyncTopLinux.Poller()
    let counter = try EventCounter()
    try poller.addReader(counter.number, owner: 7)
    #expect(poller.wait(nanoseconds: 0) == 0)
    counter.add()
    counter.add()
    for _ in 0..<2 {
      #expect(poller.wait(nanoseconds: -1) == 1)
      #expect(poller.event(0).owner == 7 && poller.event(0).isReadable)
    }
    counter.reset()
    #expect(poller.wait(nanoseconds: 0) == 0)
    #expect(throws: Errno.self) { try poller.addReader(counter.number, owner: 8) }
    poller.remove(counter.number)
    counter.add()
    #expect(poller.wait(nanoseconds: 0) == 0)
  }

  @Test func `reports a socket once, and the end of the other side`() throws {
    let any = try #require(SocketAddress("127.0.0.1", port: 0))
    let listener = try FileDescriptor.socket(.ipv4, .stream)
    try listener.bind(to: any)
    try listener.listen(backlog: 1)
    let bound = listener.localAddress ?? any
    let client = try FileDescriptor.socket(.ipv4, .stream)
    _ = try client.connect(to: bound)
    var peer: SocketAddress?
    let server = try listener.accept(&peer)
    #expect(peer == client.localAddress)
    var poller = try AsyncTopLinux.Poller()
    try poller.add(server.number, owner: 1)
    #expect(poller.wait(nanoseconds: -1) == 1)
    #expect(poller.event(0).isWritable && !poller.event(0).isReadable && !poller.event(0).isEnd)
    #expect(poller.wait(nanoseconds: 0) == 0)
    try client.shutDown(writing: true)
    #expect(poller.wait(nanoseconds: -1) == 1)
    #expect(poller.event(0).isReadable && poller.event(0).isEnd)
  }
}

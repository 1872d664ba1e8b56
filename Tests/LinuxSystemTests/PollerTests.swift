import LinuxSystem
import Testing

@Suite struct `Poller` {
  @Test func `reports a counter until it is reset`() throws {
    var poller = try LinuxSystem.Poller()
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
    let any = try #require(try SocketAddress.resolve("127.0.0.1", port: 0).first)
    let listener = try FileDescriptor.stream(for: any)
    try listener.listen(on: any, backlog: 1)
    let bound = listener.localAddress ?? any
    let client = try FileDescriptor.stream(for: bound)
    _ = try client.connect(to: bound)
    let server = try listener.accept()
    var poller = try LinuxSystem.Poller()
    try poller.add(server.number, owner: 1)
    #expect(poller.wait(nanoseconds: -1) == 1)
    #expect(poller.event(0).isWritable && !poller.event(0).isReadable && !poller.event(0).isEnd)
    #expect(poller.wait(nanoseconds: 0) == 0)
    client.shutDownWriting()
    #expect(poller.wait(nanoseconds: -1) == 1)
    #expect(poller.event(0).isReadable && poller.event(0).isEnd)
  }
}

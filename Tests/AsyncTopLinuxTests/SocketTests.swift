import AsyncTopLinux
import Glibc
import TestFixtures
import Testing

@Suite struct `A socket` {
  private func send(_ socket: borrowing FileDescriptor, _ text: String) throws -> Int {
    try unsafe Array(text.utf8).withUnsafeBytes { try unsafe socket.send($0) }
  }

  private func receive(_ socket: borrowing FileDescriptor) throws -> String {
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = try unsafe bytes.withUnsafeMutableBytes { try unsafe socket.receive(into: $0) }
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }

  /// The reason why nobody listens at an address.
  private func reason(of call: () throws -> Bool, _ socket: borrowing FileDescriptor) -> Errno? {
    do {
      guard try !call() else { return nil }
      _ = Program.waitReadable(socket.number, milliseconds: 10_000)
      return socket.socketError
    } catch {
      return error as? Errno
    }
  }

  @Test func `carries bytes both ways, and its end`() throws {
    let (first, second) = try FileDescriptor.socketPair(.stream)
    let near = FileDescriptor(owning: first)
    let far = FileDescriptor(owning: second)
    #expect(throws: Errno.wouldBlock) { _ = try receive(far) }
    #expect(try send(near, "to") == 2)
    #expect(try send(far, "fro") == 3)
    #expect(try receive(far) == "to")
    #expect(try receive(near) == "fro")
    try near.shutDown()
    #expect(throws: Errno.wouldBlock) { _ = try receive(far) }
    try near.shutDown(writing: true)
    #expect(try receive(far) == "")
    #expect(throws: Errno.brokenPipe) { _ = try send(near, "late") }
  }

  @Test func `that is not connected can neither send nor be shut down`() throws {
    let socket = try FileDescriptor.socket(.ipv4, .stream)
    #expect(throws: Errno.brokenPipe) { _ = try send(socket, "a") }
    #expect(throws: Errno.notConnected) { _ = try receive(socket) }
    #expect(throws: Errno.notConnected) { try socket.shutDown(reading: true, writing: true) }
    #expect(socket.peerAddress == nil)
  }

  @Test func `is refused where nobody listens`() throws {
    let taken = try FileDescriptor.socket(.ipv4, .stream)
    try taken.bind(to: try #require(SocketAddress("127.0.0.1", port: 0)))
    let bound = taken.localAddress
    let address = try #require(bound)
    let client = try FileDescriptor.socket(.ipv4, .stream)
    #expect(reason(of: { try client.connect(to: address) }, client) == .connectionRefused)
    // The kernel tells it once.
    #expect(client.socketError == nil)
    let scratch = try Scratch()
    let local = try FileDescriptor.socket(.unix, .stream)
    let nowhere = try SocketAddress(path: scratch.file("none"))
    #expect(throws: Errno.noSuchFile) { _ = try local.connect(to: nowhere) }
  }

  @Test func `has an address that no other can have`() throws {
    let first = try FileDescriptor.socket(.ipv4, .stream)
    try first.bind(to: try #require(SocketAddress("127.0.0.1", port: 0)))
    try first.listen(backlog: 1)
    let bound = first.localAddress
    let address = try #require(bound)
    let second = try FileDescriptor.socket(.ipv4, .stream)
    #expect(throws: Errno.addressInUse) { try second.bind(to: address) }
    #expect(throws: Errno.invalidArgument) { try first.bind(to: address) }
    var peer: SocketAddress?
    #expect(throws: Errno.wouldBlock) { _ = try first.accept(&peer) }
  }

  @Test func `passes descriptors, which stay open on both sides`() throws {
    let (first, second) = try FileDescriptor.socketPair(.stream)
    let near = FileDescriptor(owning: first)
    let far = FileDescriptor(owning: second)
    let memory = try FileDescriptor.memory(holding: Array("shared".utf8))
    let sent = try unsafe [UInt8](arrayLiteral: 1).withUnsafeBytes {
      try unsafe near.send($0, passing: [memory.number, memory.number])
    }
    #expect(sent == 1)
    var bytes = [UInt8](repeating: 0, count: 8)
    let got = try unsafe bytes.withUnsafeMutableBytes { try unsafe far.receivePassed(into: $0) }
    #expect(got.count == 1 && bytes[0] == 1 && got.descriptors.count == 2)
    for number in got.descriptors {
      #expect(fcntl(number, F_GETFD) & FD_CLOEXEC != 0)
      #expect(try FileDescriptor.read(number, count: 8, at: 0) == Array("shared".utf8))
      _ = FileDescriptor(owning: number)
    }
    #expect(try FileStatus(descriptor: memory.number).size == 6)
    #expect(throws: Errno.invalidArgument) {
      try unsafe bytes.withUnsafeBytes {
        _ = try unsafe near.send($0, passing: Array(repeating: memory.number, count: 254))
      }
    }
  }

  @Test func `carries datagrams with their senders, each cut to the room there is`() throws {
    let any = try #require(SocketAddress("127.0.0.1", port: 0))
    let receiver = try FileDescriptor.socket(.ipv4, .datagram)
    let sender = try FileDescriptor.socket(.ipv4, .datagram)
    try receiver.bind(to: any)
    try sender.bind(to: any)
    let bound = receiver.localAddress
    let address = try #require(bound)
    for text in ["", "four", "a longer one"] {
      let count = try unsafe Array(text.utf8).withUnsafeBytes {
        try unsafe sender.send($0, to: address)
      }
      #expect(count == text.utf8.count)
    }
    for expected in ["", "four", "a lo"] {
      #expect(Program.waitReadable(receiver.number, milliseconds: 10_000))
      var bytes = [UInt8](repeating: 0, count: 4)
      let got = try unsafe bytes.withUnsafeMutableBytes {
        try unsafe receiver.receiveDatagram(into: $0)
      }
      #expect(String(decoding: bytes.prefix(got.count), as: UTF8.self) == expected)
      #expect(got.sender == sender.localAddress)
    }
  }

  @Test func `sends parts of a file`() throws {
    let (first, second) = try FileDescriptor.socketPair(.stream)
    let near = FileDescriptor(owning: first)
    let far = FileDescriptor(owning: second)
    let file = try FileDescriptor.memory(holding: Array("0123456789".utf8))
    try file.setPosition(1)
    var offset: Int64 = 6
    #expect(try near.sendFile(file.number, offset: &offset, count: 100) == 4)
    #expect(offset == 10)
    #expect(try near.sendFile(file.number, offset: &offset, count: 100) == 0)
    #expect(try receive(far) == "6789")
    #expect(try file.position == 1)
    let pipe = try FileDescriptor.pipe()
    offset = 0
    #expect(throws: Errno.illegalSeek) {
      _ = try near.sendFile(try #require(pipe.readingNumber), offset: &offset, count: 1)
    }
  }

  @Test func `has options, and what is no socket has none`() throws {
    let socket = try FileDescriptor.socket(.ipv4, .stream)
    #expect(try socket.option(.reuseAddress) == 0)
    try socket.setOption(.reuseAddress, to: 1)
    #expect(try socket.option(.reuseAddress) == 1)
    #expect(try socket.socketKind == .stream)
    #expect(try FileDescriptor.socket(.ipv4, .datagram).socketKind == .datagram)
    let null = try FileDescriptor.null()
    #expect(throws: Errno.notSocket) { _ = try null.socketKind }
    #expect(throws: Errno.notSocket) { try null.setOption(.keepAlive, to: 1) }
    #expect(null.socketError == .notSocket)
  }
}

import AsyncTopBus
import AsyncTopLinux

// Each call is tried first, and waits only if the kernel says so.
extension EventLoop {
  // More than the kernel keeps, so that no memory is reserved for what can't come at once.
  private static let mostReceivedAtOnce = 4 << 20

  /// Receives what is there, waiting for at least one byte.
  ///
  /// - Parameters:
  ///   - socket: A connected socket.
  ///   - count: How many bytes at most.
  /// - Returns: The bytes; none at the end.
  /// - Throws: `IOError`; `CancellationError`: no byte is lost then.
  public nonisolated(nonsending) func sockRecv(
    _ socket: Socket, _ count: Int, fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws -> [UInt8] {
    if isAway(#isolation) {
      return try await atHome {
        try await self.sockRecv(socket, count, fileID: fileID, line: line)
      }
    }
    let count = min(count, Self.mostReceivedAtOnce)
    return try await receiving(socket, atMost: count, CallSite(fileID, line)) {
      (descriptor) throws(Errno) in
      if count > Connection.mostReceived {
        var bytes = [UInt8](repeating: 0, count: count)
        let received = try bytes.received(from: descriptor)
        bytes.removeLast(count - received)
        return bytes
      }
      return unsafe try self.descriptors.receiveBuffer.received(atMost: count) {
        (free) throws(Errno) in
        unsafe try descriptor.receive(into: free)
      }
    }
  }

  /// Receives what is there into an array, waiting for at least one byte.
  ///
  /// - Parameters:
  ///   - socket: A connected socket.
  ///   - buffer: Whose first bytes are replaced; its size is the most that is received.
  /// - Returns: How many bytes; 0 at the end.
  /// - Throws: `IOError`; `CancellationError`: no byte is lost then.
  public nonisolated(nonsending) func sockRecvInto(
    _ socket: Socket, _ buffer: inout [UInt8],
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws -> Int {
    if isAway(#isolation) {
      let room = buffer
      let (filled, count) = try await atHome {
        var filled = room
        let count = try await self.sockRecvInto(socket, &filled, fileID: fileID, line: line)
        return (filled, count)
      }
      buffer = filled
      return count
    }
    let site = CallSite(fileID, line)
    while true {
      let count = try attempt(socket, "receive", site) { (descriptor) throws(Errno) in
        try buffer.received(from: descriptor)
      }
      if let count {
        socket.received &+= UInt64(count)
        return count
      }
      try await waitReadable(socket, site)
    }
  }

  /// Receives a datagram, waiting for one.
  ///
  /// - Parameters:
  ///   - socket: A datagram socket.
  ///   - count: How many bytes at most; the rest of a longer one is lost.
  /// - Returns: The bytes, and the sender's address.
  /// - Throws: `IOError`; `CancellationError`: none is lost then.
  public nonisolated(nonsending) func sockRecvfrom(
    _ socket: Socket, _ count: Int, fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws -> (bytes: [UInt8], sender: SocketAddress) {
    if isAway(#isolation) {
      return try await atHome {
        try await self.sockRecvfrom(socket, count, fileID: fileID, line: line)
      }
    }
    var sender: SocketAddress?
    let bytes = try await receiving(socket, atMost: count, CallSite(fileID, line)) {
      (descriptor) throws(Errno) in
      unsafe try self.descriptors.receiveBuffer.received(atMost: count) { (free) throws(Errno) in
        let (count, address) = unsafe try descriptor.receiveDatagram(into: free)
        sender = address
        return count
      }
    }
    guard let sender else { throw CancellationError() }
    return (bytes, sender)
  }

  /// Receives a datagram into an array, waiting for one.
  ///
  /// - Parameters:
  ///   - socket: A datagram socket.
  ///   - buffer: Whose first bytes are replaced; what of a datagram does not fit is lost.
  /// - Returns: How many bytes, and the sender's address.
  /// - Throws: `IOError`; `CancellationError`: none is lost then.
  public nonisolated(nonsending) func sockRecvfromInto(
    _ socket: Socket, _ buffer: inout [UInt8],
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws -> (count: Int, sender: SocketAddress) {
    if isAway(#isolation) {
      let room = buffer
      let (filled, datagram) = try await atHome {
        var filled = room
        let datagram = try await self.sockRecvfromInto(
          socket, &filled, fileID: fileID, line: line)
        return (filled, datagram)
      }
      buffer = filled
      return datagram
    }
    let site = CallSite(fileID, line)
    while true {
      let datagram = try attempt(socket, "receive", site) { (descriptor) throws(Errno) in
        try buffer.receivedDatagram(from: descriptor)
      }
      if let datagram {
        socket.received &+= UInt64(datagram.count)
        return datagram
      }
      try await waitReadable(socket, site)
    }
  }

  /// Sends all bytes, waiting as long as they don't fit.
  ///
  /// - Parameters:
  ///   - socket: A connected socket.
  ///   - bytes: The bytes.
  /// - Throws: `IOError`; `CancellationError`. How many of the bytes were sent by then is not
  ///   known.
  public nonisolated(nonsending) func sockSendall(
    _ socket: Socket, _ bytes: [UInt8], fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws {
    if isAway(#isolation) {
      return try await atHome {
        try await self.sockSendall(socket, bytes, fileID: fileID, line: line)
      }
    }
    let site = CallSite(fileID, line)
    var done = 0
    while done < bytes.count {
      let count = try attempt(socket, "send", site) { (descriptor) throws(Errno) in
        try bytes.sent(from: done, over: descriptor)
      }
      if let count { done += count } else { try await waitWritable(socket, site) }
    }
    socket.sent &+= UInt64(done)
  }

  /// Sends a datagram, waiting until it fits.
  ///
  /// - Parameters:
  ///   - socket: A datagram socket.
  ///   - bytes: The bytes, perhaps none.
  ///   - address: The receiver's.
  /// - Returns: How many bytes were sent.
  /// - Throws: `IOError`; `CancellationError`: nothing was sent then.
  @discardableResult
  public nonisolated(nonsending) func sockSendto(
    _ socket: Socket, _ bytes: [UInt8], _ address: SocketAddress,
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws -> Int {
    if isAway(#isolation) {
      return try await atHome {
        try await self.sockSendto(socket, bytes, address, fileID: fileID, line: line)
      }
    }
    let site = CallSite(fileID, line)
    while true {
      let count = try attempt(socket, "send to \(address) over", site) {
        (descriptor) throws(Errno) in
        unsafe try bytes.withContiguous { (bytes) throws(Errno) in
          unsafe try descriptor.send(bytes, to: address)
        }
      }
      if let count {
        socket.sent &+= UInt64(count)
        return count
      }
      try await waitWritable(socket, site)
    }
  }

  /// Connects to an address.
  ///
  /// A unix socket whose listener has no room now is tried again, in growing intervals.
  ///
  /// - Parameters:
  ///   - socket: A socket that is not connected.
  ///   - address: To what.
  /// - Throws: `IOError`; `CancellationError`: the socket should be closed then.
  public nonisolated(nonsending) func sockConnect(
    _ socket: Socket, _ address: SocketAddress,
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws {
    if isAway(#isolation) {
      return try await atHome {
        try await self.sockConnect(socket, address, fileID: fileID, line: line)
      }
    }
    let site = CallSite(fileID, line)
    var pause = BacklogPause()
    while true {
      do throws(Errno) {
        let isConnected = try socket.require { (descriptor) throws(Errno) in
          try descriptor.connect(to: address)
        }
        if isConnected { return }
        break
      } catch {
        guard error == .wouldBlock, address.family == .unix else {
          throw site.error(error, "connect", "\(address)")
        }
      }
      try await pause.wait(for: address, on: self, at: site)
    }
    try await waitWritable(socket, site)
    if let reason = socket.isClosed ? Errno.badDescriptor : socket.descriptor?.socketError {
      throw site.error(reason, "connect", "\(address)")
    }
  }

  /// Accepts a connection, waiting for one.
  ///
  /// - Parameter socket: A socket that listens.
  /// - Returns: A socket for it, and the address of the other end.
  /// - Throws: `IOError`; `CancellationError`: none is lost then.
  public nonisolated(nonsending) func sockAccept(
    _ socket: Socket, fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws -> (socket: Socket, peerAddress: SocketAddress) {
    if isAway(#isolation) {
      return try await atHome {
        try await self.sockAccept(socket, fileID: fileID, line: line)
      }
    }
    let site = CallSite(fileID, line)
    while true {
      let accepted = try attempt(socket, "accept on", site) { (descriptor) throws(Errno) in
        var peer: SocketAddress?
        let accepted = Socket(try descriptor.accept(&peer))
        guard let peer else { throw .badDescriptor }
        return (accepted, peer)
      }
      if let accepted { return accepted }
      try await waitReadable(socket, site)
    }
  }

  // MARK: Trying and waiting

  nonisolated(nonsending)
    func receiving(
      _ socket: Socket, atMost count: Int, _ site: CallSite,
      _ body: (borrowing FileDescriptor) throws(Errno) -> [UInt8]
    ) async throws -> [UInt8]
  {
    guard count >= 0 else { throw site.error(.invalidArgument, "receive", socket.name) }
    while true {
      if let bytes = try attempt(socket, "receive", site, body) {
        socket.received &+= UInt64(bytes.count)
        return bytes
      }
      try await waitReadable(socket, site)
    }
  }

  // At home. Returns nil if it would block.
  func attempt<Result>(
    _ socket: Socket, _ operation: String, _ site: CallSite,
    _ body: (borrowing FileDescriptor) throws(Errno) -> Result
  ) throws -> Result? {
    do throws(Errno) {
      return try socket.require(body)
    } catch {
      if error == .wouldBlock { return nil }
      throw site.error(error, operation, socket.name)
    }
  }

  nonisolated(nonsending)
    func waitReadable(_ socket: Socket, _ site: CallSite) async throws
  {
    try await watch(for: socket, site).waitReadable({ socket.name }, at: site)
  }

  nonisolated(nonsending)
    func waitWritable(_ socket: Socket, _ site: CallSite) async throws
  {
    try await watch(for: socket, site).waitWritable({ socket.name }, at: site)
  }

  private func watch(for socket: Socket, _ site: CallSite) throws -> DescriptorWatch {
    guard let number = socket.descriptor?.number else {
      throw site.error(.badDescriptor, "wait for", socket.name)
    }
    let watch: DescriptorWatch
    if let known = socket.watch {
      if socket.watchingLoop !== self {
        Self.refuse("\(socket.name) is used with two event loops", site.fileID, site.line)
      }
      watch = known
    } else {
      do throws(Errno) {
        watch = try renewedWatch(number)
      } catch {
        throw site.error(error, "wait for", socket.name)
      }
      socket.watch = watch
      socket.watchingLoop = self
    }
    watch.bytes = (socket.received, socket.sent)
    return watch
  }
}

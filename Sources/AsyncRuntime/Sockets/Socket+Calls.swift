import AsyncTopLinux

// What asyncio has as calls of the loop's, on the loop of the task.
extension Socket {
  /// Receives what is there, waiting for at least one byte.
  ///
  /// - Parameter count: How many bytes at most.
  /// - Returns: The bytes; none at the end.
  /// - Throws: `IOError`; `CancellationError`: no byte is lost then.
  public nonisolated(nonsending) func receive(
    upTo count: Int, fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws -> [UInt8] {
    let loop = EventLoop.own(for: "receive(upTo:)", in: #isolation, fileID, line)
    return try await loop.sockRecv(self, count, fileID: fileID, line: line)
  }

  /// Receives what is there into an array, waiting for at least one byte.
  ///
  /// - Parameter buffer: Whose first bytes are replaced; its size is the most that is received.
  /// - Returns: How many bytes; 0 at the end.
  /// - Throws: `IOError`; `CancellationError`: no byte is lost then.
  public nonisolated(nonsending) func receive(
    into buffer: inout [UInt8], fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws -> Int {
    let loop = EventLoop.own(for: "receive(into:)", in: #isolation, fileID, line)
    return try await loop.sockRecvInto(self, &buffer, fileID: fileID, line: line)
  }

  /// Receives a datagram, waiting for one.
  ///
  /// - Parameter count: How many bytes at most; the rest of a longer one is lost.
  /// - Returns: The bytes, and the sender's address.
  /// - Throws: `IOError`; `CancellationError`: none is lost then.
  public nonisolated(nonsending) func receiveDatagram(
    upTo count: Int, fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws -> (bytes: [UInt8], sender: SocketAddress) {
    let loop = EventLoop.own(for: "receiveDatagram(upTo:)", in: #isolation, fileID, line)
    return try await loop.sockRecvfrom(self, count, fileID: fileID, line: line)
  }

  /// Sends all bytes, waiting as long as they don't fit.
  ///
  /// - Parameter bytes: The bytes.
  /// - Throws: `IOError`; `CancellationError`. How many of the bytes were sent by then is not
  ///   known.
  public nonisolated(nonsending) func send(
    _ bytes: some Collection<UInt8>, fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws {
    let loop = EventLoop.own(for: "send", in: #isolation, fileID, line)
    try await loop.sockSendall(self, Array(bytes), fileID: fileID, line: line)
  }

  /// Sends text in UTF-8, waiting as long as it does not fit.
  ///
  /// - Parameter text: The text.
  /// - Throws: `IOError`; `CancellationError`. How much of it was sent by then is not known.
  public nonisolated(nonsending) func send(
    _ text: some StringProtocol, fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws {
    let loop = EventLoop.own(for: "send", in: #isolation, fileID, line)
    try await loop.sockSendall(self, Array(text.utf8), fileID: fileID, line: line)
  }

  /// Sends a datagram, waiting until it fits.
  ///
  /// - Parameters:
  ///   - bytes: The bytes, perhaps none.
  ///   - address: The receiver's.
  /// - Throws: `IOError`; `CancellationError`: nothing was sent then.
  public nonisolated(nonsending) func send(
    _ bytes: some Collection<UInt8>, to address: SocketAddress,
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws {
    let loop = EventLoop.own(for: "send(_:to:)", in: #isolation, fileID, line)
    try await loop.sockSendto(self, Array(bytes), address, fileID: fileID, line: line)
  }

  /// Connects to an address.
  ///
  /// A unix socket whose listener has no room now is tried again, in growing intervals.
  ///
  /// - Parameter address: To what.
  /// - Throws: `IOError`; `CancellationError`: the socket should be closed then.
  public nonisolated(nonsending) func connect(
    to address: SocketAddress, fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws {
    let loop = EventLoop.own(for: "connect(to:)", in: #isolation, fileID, line)
    try await loop.sockConnect(self, address, fileID: fileID, line: line)
  }

  /// Accepts a connection, waiting for one.
  ///
  /// - Returns: A socket for it, and the address of the other end.
  /// - Throws: `IOError`; `CancellationError`: none is lost then.
  public nonisolated(nonsending) func accept(
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws -> (socket: Socket, peerAddress: SocketAddress) {
    let loop = EventLoop.own(for: "accept", in: #isolation, fileID, line)
    return try await loop.sockAccept(self, fileID: fileID, line: line)
  }

  /// Sends a file, with the kernel's sendfile(2) if it can; see `EventLoop.sockSendfile`.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - offset: Where in the file to begin, in bytes.
  ///   - count: How many bytes; nil means until its end.
  ///   - fallback: Whether a file that the kernel can't send is read and written.
  /// - Returns: How many bytes were sent.
  /// - Throws: `TransportError`, `IOError`, `CancellationError`.
  @discardableResult
  public nonisolated(nonsending) func sendFile(
    _ file: OpenFile, offset: Int64 = 0, count: Int? = nil, fallback: Bool = true,
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws -> Int {
    let loop = EventLoop.own(for: "sendFile", in: #isolation, fileID, line)
    return try await loop.sockSendfile(
      self, file, offset: offset, count: count, fallback: fallback, fileID: fileID, line: line)
  }
}

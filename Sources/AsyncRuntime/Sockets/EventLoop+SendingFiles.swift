import AsyncTopLinux

extension EventLoop {
  /// Sends a file over a transport, with the kernel's sendfile(2) if it can.
  ///
  /// What was written before goes first. Nothing can be written meanwhile: that is a mistake in the
  /// program and ends it. The file's position is after what was sent in the end, also when it
  /// fails.
  ///
  /// - Parameters:
  ///   - transport: Over which.
  ///   - file: The file.
  ///   - offset: Where in the file to begin, in bytes.
  ///   - count: How many bytes; nil means until its end.
  ///   - fallback: Whether a file that the kernel can't send is read, on another thread, and
  ///     written.
  /// - Returns: How many bytes were sent.
  /// - Throws: `TransportError`, `IOError`, `CancellationError`.
  @discardableResult
  public nonisolated(nonsending) func sendfile(
    _ transport: Transport, _ file: OpenFile, offset: Int64 = 0, count: Int? = nil,
    fallback: Bool = true, fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws -> Int {
    if isAway(#isolation) {
      return try await atHome {
        try await self.sendfile(
          transport, file, offset: offset, count: count, fallback: fallback, fileID: fileID,
          line: line)
      }
    }
    return try await transport.connection.sendFile(
      file, offset: offset, count: count, fallback: fallback, at: CallSite(fileID, line))
  }

  /// Sends a file over a socket, with the kernel's sendfile(2) if it can.
  ///
  /// The file's position is after what was sent in the end, also when it fails.
  ///
  /// - Parameters:
  ///   - socket: A connected socket.
  ///   - file: The file.
  ///   - offset: Where in the file to begin, in bytes.
  ///   - count: How many bytes; nil means until its end.
  ///   - fallback: Whether a file that the kernel can't send is read, on another thread, and
  ///     written.
  /// - Returns: How many bytes were sent.
  /// - Throws: `TransportError`, `IOError`, `CancellationError`.
  @discardableResult
  public nonisolated(nonsending) func sockSendfile(
    _ socket: Socket, _ file: OpenFile, offset: Int64 = 0, count: Int? = nil,
    fallback: Bool = true, fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws -> Int {
    if isAway(#isolation) {
      return try await atHome {
        try await self.sockSendfile(
          socket, file, offset: offset, count: count, fallback: fallback, fileID: fileID,
          line: line)
      }
    }
    var sending = try FileSending(file, offset: offset, count: count, at: CallSite(fileID, line))
    return try await sending.run(to: SocketFileSink(socket: socket, loop: self), fallback: fallback)
  }
}

/// A socket that a file is sent over.
struct SocketFileSink: FileSink {
  let socket: Socket
  let loop: EventLoop

  func trySendFile(_ file: Int32, _ offset: inout Int64, _ count: Int) throws(Errno) -> Int {
    let sent = try socket.require { (descriptor) throws(Errno) in
      try descriptor.sendFile(file, offset: &offset, count: count)
    }
    socket.sent &+= UInt64(sent)
    return sent
  }

  nonisolated(nonsending)
    func sendAll(_ bytes: [UInt8], at site: CallSite) async throws
  {
    try await loop.sockSendall(socket, bytes, fileID: site.fileID, line: site.line)
  }

  nonisolated(nonsending)
    func waitForRoom(at site: CallSite) async throws
  {
    try await loop.waitWritable(socket, site)
  }

  var subject: String { socket.name }
}

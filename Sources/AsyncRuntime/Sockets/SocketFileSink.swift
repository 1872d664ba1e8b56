import AsyncTopLinux

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

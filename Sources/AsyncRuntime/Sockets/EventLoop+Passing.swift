import AsyncTopLinux

// Passing open descriptors to another process, unix(7).
extension EventLoop {
  /// Sends bytes over a unix socket, and open descriptors with the first of them.
  ///
  /// - Parameters:
  ///   - socket: A connected unix socket.
  ///   - bytes: The bytes, at least one: without any, no descriptor travels.
  ///   - descriptors: The kernel's numbers, at most 253. They stay open here.
  /// - Throws: `IOError`, `invalidArgument` for no bytes or too many descriptors;
  ///   `CancellationError`.
  public nonisolated(nonsending) func sockSendDescriptors(
    _ socket: Socket, _ bytes: [UInt8], _ descriptors: [Int32],
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws {
    if isAway(#isolation) {
      return try await atHome {
        try await self.sockSendDescriptors(
          socket, bytes, descriptors, fileID: fileID, line: line)
      }
    }
    let site = CallSite(fileID, line)
    guard !bytes.isEmpty else { throw site.error(.invalidArgument, "pass over", socket.name) }
    while true {
      let count = try attempt(socket, "pass over", site) { (descriptor) throws(Errno) in
        unsafe try bytes.withContiguous { (bytes) throws(Errno) in
          unsafe try descriptor.send(bytes, passing: descriptors)
        }
      }
      guard let count else {
        try await waitWritable(socket, site)
        continue
      }
      socket.sent &+= UInt64(count)
      if count < bytes.count {
        try await sockSendall(socket, Array(bytes[count...]), fileID: fileID, line: line)
      }
      return
    }
  }

  /// Receives bytes over a unix socket, and the descriptors that came with them, waiting for some.
  ///
  /// - Parameters:
  ///   - socket: A connected unix socket.
  ///   - count: How many bytes at most.
  /// - Returns: The bytes, none at the end, and the descriptors, closed on exec.
  /// - Throws: `IOError`; `CancellationError`: nothing is lost then.
  public nonisolated(nonsending) func sockRecvDescriptors(
    _ socket: Socket, _ count: Int, fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws -> (bytes: [UInt8], files: [OpenFile]) {
    if isAway(#isolation) {
      return try await atHome {
        try await self.sockRecvDescriptors(socket, count, fileID: fileID, line: line)
      }
    }
    var passed: [OpenFile] = []
    let bytes = try await receiving(socket, atMost: count, CallSite(fileID, line)) {
      (descriptor) throws(Errno) in
      unsafe try self.descriptors.receiveBuffer.received(atMost: count) { (free) throws(Errno) in
        let (count, numbers) = unsafe try descriptor.receivePassed(into: free)
        passed = numbers.map { OpenFile(owning: $0) }
        return count
      }
    }
    return (bytes, passed)
  }
}

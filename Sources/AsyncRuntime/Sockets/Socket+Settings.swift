public import AsyncTopLinux

extension Socket {
  /// The address of this end; nil if it has none.
  public var localAddress: SocketAddress? { descriptor?.localAddress }

  /// The address of the other end; nil if it is not connected.
  public var peerAddress: SocketAddress? { descriptor?.peerAddress }

  /// Sets an option.
  ///
  /// - Parameters:
  ///   - option: Which.
  ///   - value: A number, or 0 and 1 for off and on.
  /// - Throws: Why it can't be set.
  public func setOption(_ option: SocketOption, to value: Int) throws(Errno) {
    try FileDescriptor.setOption(option, of: number, to: value)
  }

  /// An option's value.
  ///
  /// - Parameter option: Which.
  /// - Returns: A number, or 0 and 1 for off and on.
  /// - Throws: That there is no such option.
  public func option(_ option: SocketOption) throws(Errno) -> Int {
    try FileDescriptor.option(option, of: number)
  }

  /// What closing a connection does with bytes that were not sent.
  ///
  /// - Parameter seconds: How long closing waits for them; nil lets the kernel send them
  ///   afterwards, and with 0 they are dropped, and the other end sees a reset.
  /// - Throws: Why it can't be set.
  public func setLinger(seconds: Int?) throws(Errno) {
    try require { (descriptor) throws(Errno) in try descriptor.setLinger(seconds: seconds) }
  }

  /// Gives it an address.
  ///
  /// - Parameter address: The address; port 0 lets the kernel choose one.
  /// - Throws: Why it can't, such as `addressInUse`.
  public func bind(
    to address: SocketAddress, fileID: StaticString = #fileID, line: UInt32 = #line
  ) throws(IOError) {
    do throws(Errno) {
      try require { (descriptor) throws(Errno) in try descriptor.bind(to: address) }
    } catch {
      throw CallSite(fileID, line).error(error, "bind", "\(address)")
    }
  }

  /// Lets connections come in, for `sockAccept`.
  ///
  /// - Parameter backlog: How many may wait to be accepted.
  /// - Throws: Why it can't.
  public func listen(
    backlog: Int = 100, fileID: StaticString = #fileID, line: UInt32 = #line
  ) throws(IOError) {
    do throws(Errno) {
      try require { (descriptor) throws(Errno) in try descriptor.listen(backlog: backlog) }
    } catch {
      throw CallSite(fileID, line).error(error, "listen", name)
    }
  }

  /// Ends one direction of a connection or both.
  ///
  /// - Parameters:
  ///   - reading: Whether no more will be received.
  ///   - writing: Whether no more will be sent, which the other end sees as the end.
  /// - Throws: `notConnected`.
  public func shutDown(reading: Bool = false, writing: Bool = false) throws(Errno) {
    try require { (descriptor) throws(Errno) in
      try descriptor.shutDown(reading: reading, writing: writing)
    }
  }

  func require<Result>(
    _ body: (borrowing FileDescriptor) throws(Errno) -> Result
  ) throws(Errno) -> Result {
    guard descriptor != nil else { throw .badDescriptor }
    return try body(descriptor!)
  }
}

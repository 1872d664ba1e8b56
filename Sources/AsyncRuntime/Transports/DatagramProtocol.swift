public import AsyncTopLinux

/// What a transport calls that carries messages.
public protocol DatagramProtocol: BaseProtocol {
  /// The transport is there.
  ///
  /// Once, and first of all calls.
  ///
  /// - Parameter transport: With which it sends, and which calls it.
  /// - Throws: What goes to the exception handler; the transport is closed then.
  func connectionMade(_ transport: DatagramTransport) throws

  /// A message has come.
  ///
  /// - Parameters:
  ///   - data: Its bytes, perhaps none.
  ///   - sender: From whom.
  /// - Throws: What goes to the exception handler; the transport is closed then.
  func datagramReceived(_ data: [UInt8], from sender: SocketAddress) throws

  /// The kernel reports that something was not delivered, such as that nobody listens there.
  ///
  /// The transport goes on.
  ///
  /// - Parameter error: What it reports.
  /// - Throws: What goes to the exception handler; the transport is closed then.
  func errorReceived(_ error: IOError) throws
}

extension DatagramProtocol {
  /// Does nothing.
  public func errorReceived(_ error: IOError) throws {}
}

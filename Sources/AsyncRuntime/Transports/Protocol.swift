/// What a transport calls that carries bytes in order.
///
/// The order of calls is: made, any number of data, perhaps the end, lost.
public protocol Protocol: BaseProtocol {
  /// Bytes have come.
  ///
  /// - Parameter data: The bytes, at least one.
  /// - Throws: What goes to the exception handler; the transport is closed then.
  func dataReceived(_ data: [UInt8]) throws

  /// The other end sends no more.
  ///
  /// - Returns: Whether to keep the transport open, to send; else it is closed.
  /// - Throws: What goes to the exception handler; the transport is closed then.
  func eofReceived() throws -> Bool
}

extension Protocol {
  /// Lets the transport be closed.
  public func eofReceived() throws -> Bool { false }
}

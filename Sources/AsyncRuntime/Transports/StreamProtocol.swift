/// What a transport calls that carries bytes in order: what asyncio's `Protocol` is.
///
/// The order of calls is: made, any number of data, perhaps the end, lost.
public protocol StreamProtocol: ConnectionProtocol {
  /// Bytes have come.
  ///
  /// - Parameter data: The bytes, at least one.
  /// - Throws: What goes to the exception handler; the transport is closed then.
  func dataReceived(_ data: [UInt8]) throws
}

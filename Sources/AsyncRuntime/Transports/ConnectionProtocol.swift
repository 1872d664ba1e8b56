/// What a `Transport` calls: of a connection, or of the end of a pipe.
///
/// A `StreamProtocol` or a `BufferedProtocol`, which say how they receive. One that is neither can
/// only be used where nothing is received, as for the end of a pipe to which bytes go.
public protocol ConnectionProtocol: BaseProtocol {
  /// The transport is there.
  ///
  /// Once, and first of all calls.
  ///
  /// - Parameter transport: With which it sends, and which calls it.
  /// - Throws: What goes to the exception handler; the transport is closed then.
  func connectionMade(_ transport: Transport) throws

  /// The other end sends no more.
  ///
  /// - Returns: Whether to keep the transport open, to send; else it is closed.
  /// - Throws: What goes to the exception handler; the transport is closed then.
  func eofReceived() throws -> Bool
}

extension ConnectionProtocol {
  /// Lets the transport be closed.
  public func eofReceived() throws -> Bool { false }
}

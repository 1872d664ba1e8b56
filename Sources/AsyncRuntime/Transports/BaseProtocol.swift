/// What a transport calls, whatever it carries.
///
/// All calls are made on the loop's thread, outside of any task. What one of them throws goes to
/// the exception handler, and the transport is closed with that error.
public protocol BaseProtocol: AnyObject {
  /// The transport is there.
  ///
  /// Once, and first of all calls.
  ///
  /// - Parameter transport: Which: a `Transport` or a `DatagramTransport`, for example.
  /// - Throws: What goes to the exception handler; the transport is closed then.
  func connectionMade(_ transport: any BaseTransport) throws

  /// The transport is gone.
  ///
  /// Once, and last of all calls, in an iteration of the loop of its own.
  ///
  /// - Parameter error: Why; nil if it was closed on this side, aborted, or ended by the other end.
  /// - Throws: What goes to the exception handler.
  func connectionLost(_ error: (any Error)?) throws

  /// More is kept to be sent than the high mark: write no more for now.
  func pauseWriting() throws

  /// What is kept has come down to the low mark: write again.
  ///
  /// The two calls strictly take turns.
  func resumeWriting() throws
}

extension BaseProtocol {
  /// Does nothing.
  public func connectionMade(_ transport: any BaseTransport) throws {}

  /// Does nothing.
  public func connectionLost(_ error: (any Error)?) throws {}

  /// Does nothing.
  public func pauseWriting() throws {}

  /// Does nothing.
  public func resumeWriting() throws {}
}

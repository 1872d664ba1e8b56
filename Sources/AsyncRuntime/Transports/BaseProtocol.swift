/// What a transport calls, whatever it carries.
///
/// Each of the protocols that are made of it has a `connectionMade` of its own, which gets the
/// transport and which everyone has to write: so a program in which it has another type, and would
/// never be called, does not compile. All other calls can be left out, and then do nothing. Where
/// the conformance stands in an extension, `extension Chat: StreamProtocol { … }`, the compiler
/// warns of methods that are nearly one of them.
///
/// All calls are made on the loop's thread, outside of any task. What one of them throws goes to
/// the exception handler, and the transport is closed with that error.
public protocol BaseProtocol: AnyObject {
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
  public func connectionLost(_ error: (any Error)?) throws {}

  /// Does nothing.
  public func pauseWriting() throws {}

  /// Does nothing.
  public func resumeWriting() throws {}
}

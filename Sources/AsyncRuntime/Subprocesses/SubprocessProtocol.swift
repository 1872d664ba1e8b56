/// What a subprocess transport calls.
///
/// `connectionMade` comes first and `connectionLost` last: when the process has ended and all its
/// pipes are closed. `pauseWriting` and `resumeWriting` are for its standard input.
public protocol SubprocessProtocol: BaseProtocol {
  /// The transport is there.
  ///
  /// Once, and first of all calls.
  ///
  /// - Parameter transport: With which the program is reached, and which calls it.
  /// - Throws: What goes to the exception handler; the transport is closed then.
  func connectionMade(_ transport: SubprocessTransport) throws

  /// The process has written something.
  ///
  /// - Parameters:
  ///   - descriptor: 1 for its standard output, 2 for its standard error.
  ///   - data: The bytes, at least one.
  /// - Throws: What goes to the exception handler; the pipe is closed then.
  func pipeDataReceived(_ descriptor: Int32, _ data: [UInt8]) throws

  /// A pipe is closed.
  ///
  /// - Parameters:
  ///   - descriptor: 0, 1 or 2.
  ///   - error: Why; nil if it was closed on either side.
  /// - Throws: What goes to the exception handler.
  func pipeConnectionLost(_ descriptor: Int32, _ error: (any Error)?) throws

  /// The process has ended.
  ///
  /// Its pipes may still be open, or closed already.
  ///
  /// - Throws: What goes to the exception handler.
  func processExited() throws
}

extension SubprocessProtocol {
  /// Does nothing.
  public func pipeDataReceived(_ descriptor: Int32, _ data: [UInt8]) throws {}

  /// Does nothing.
  public func pipeConnectionLost(_ descriptor: Int32, _ error: (any Error)?) throws {}

  /// Does nothing.
  public func processExited() throws {}
}

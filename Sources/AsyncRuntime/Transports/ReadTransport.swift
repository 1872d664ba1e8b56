/// A transport that receives.
public protocol ReadTransport: BaseTransport {
  /// Whether its protocol gets what comes.
  var isReading: Bool { get }

  /// Lets what comes wait in the kernel, so that the other end has to wait.
  ///
  /// Again, it does nothing.
  func pauseReading()

  /// Lets the protocol get what comes, from a later iteration of the loop on.
  ///
  /// Again, it does nothing.
  func resumeReading()
}

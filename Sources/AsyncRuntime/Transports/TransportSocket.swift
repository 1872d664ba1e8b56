public import AsyncTopLinux

/// The socket under a transport or a stream: to look at, and to set options, but not to read, write
/// or close.
public struct TransportSocket: Sendable {
  /// The kernel's number.
  public let number: Int32

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
}

extension Connection {
  var transportSocket: TransportSocket? {
    guard isSocket, let number = descriptor?.number else { return nil }
    return TransportSocket(number: number)
  }
}

/// What every transport can do: the part of a connection that is not its protocol's.
///
/// A transport belongs to its loop's thread.
public protocol BaseTransport: AnyObject, Sendable, CustomStringConvertible {
  /// Whether it was closed, or is broken.
  var isClosing: Bool { get }

  /// Sends what is buffered, then closes it.
  ///
  /// Nothing more is received. The protocol's `connectionLost` is called in a later iteration of
  /// the loop. Again, it does nothing.
  func close()

  /// What people call it, such as `tcp 127.0.0.1:80 ← 127.0.0.1:51234`.
  var name: String { get }
}

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

/// A transport that sends.
public protocol WriteTransport: BaseTransport {
  /// Sends bytes that lie somewhere in memory, where they need stay only during the call; see
  /// `write` for any collection of bytes.
  ///
  /// - Parameter bytes: The bytes.
  func write(_ bytes: UnsafeRawBufferPointer)

  /// Sends several pieces as if they were one, with one call of the kernel.
  ///
  /// - Parameter pieces: The pieces.
  func writeLines(_ pieces: some Sequence<[UInt8]>)

  /// Whether it can end to send and go on to receive.
  var canWriteEOF: Bool { get }

  /// Tells the other end, after what is buffered, that no more will come.
  ///
  /// To write anything after that is a mistake in the program and ends it. Again, it does nothing.
  func writeEOF()

  /// Closes at once, and drops what is buffered.
  func abort()

  /// Sets from when on its protocol should not write, and from when on it may again.
  ///
  /// - Parameters:
  ///   - high: Above this many buffered bytes, `pauseWriting` is called; nil means 64 KiB, or four
  ///     times the low mark. With 0 any buffered byte is too many.
  ///   - low: At this many or less, `resumeWriting` is called; nil means a quarter of the high
  ///     mark. Must be neither more than that nor negative.
  func setWriteBufferLimits(high: Int?, low: Int?)

  /// The marks, in bytes.
  var writeBufferLimits: (high: Int, low: Int) { get }

  /// How many bytes are buffered.
  var writeBufferSize: Int { get }
}

extension WriteTransport {
  /// Sends bytes as far as the kernel takes them, and buffers the rest.
  ///
  /// Through a socket, up to 4 KiB leave at the end of the loop's iteration, together with what
  /// else is written in it; larger pieces leave at once.
  ///
  /// Never waits. When more is buffered than the high mark, the protocol's `pauseWriting` is
  /// called. On a transport that is closed or broken it does nothing; to go on with that is
  /// reported once.
  ///
  /// - Parameter bytes: The bytes.
  @inlinable
  public func write(_ bytes: some Collection<UInt8>) {
    let sent: Void? = bytes.withContiguousStorageIfAvailable {
      unsafe write(UnsafeRawBufferPointer($0))
    }
    if sent == nil { unsafe Array(bytes).withUnsafeBytes { unsafe write($0) } }
  }

  /// Sends text in UTF-8, as `write` does bytes.
  ///
  /// - Parameter text: The text.
  @inlinable
  public func write(_ text: some StringProtocol) {
    var text = String(text)
    text.withUTF8 { unsafe write(UnsafeRawBufferPointer($0)) }
  }
}

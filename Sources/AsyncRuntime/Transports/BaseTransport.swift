/// What every transport can do: the part of a connection that is not its protocol's.
///
/// A transport belongs to its loop's thread.
public protocol BaseTransport: AnyObject, Sendable, CustomStringConvertible {
  /// Whether it was closed, or is broken.
  var isClosing: Bool { get }

  /// Sends what is kept, then closes it.
  ///
  /// Nothing more is received. The protocol's `connectionLost` is called in a later iteration of
  /// the loop. Again, it does nothing.
  func close()

  /// What people call it, such as `tcp 127.0.0.1:80 ← 127.0.0.1:51234`.
  var name: String { get }
}

/// Thrown at an await of the runtime's when the waiting task is cancelled, and by awaiting what
/// was.
///
/// It may be caught: the task goes on, and the request stays counted until `uncancel()`. Code that
/// catches every error should throw this one on.
public struct CancelledError: Error, Equatable, CustomStringConvertible {
  /// The message given to `cancel(message:)`.
  public var message: String?

  /// Makes an error with a message, or none.
  public init(message: String? = nil) {
    self.message = message
  }

  /// For people.
  public var description: String { message.map { "cancelled: \($0)" } ?? "cancelled" }
}

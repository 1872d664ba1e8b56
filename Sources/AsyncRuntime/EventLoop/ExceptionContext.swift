/// What an event loop tells its exception handler: an error that nobody else can catch.
public struct ExceptionContext {
  /// What happened, for people.
  public var message: String
  /// The error, if there was one.
  public var error: (any Error)?
  /// The task concerned, if one was.
  public var task: AnyAsyncTask?

  init(message: String, error: (any Error)? = nil, task: AnyAsyncTask? = nil) {
    self.message = message
    self.error = error
    self.task = task
  }
}

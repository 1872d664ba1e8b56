import AsyncTopBus
import AsyncTopLinux

extension EventLoop {
  /// Decides what happens to errors that nobody else can catch.
  ///
  /// It gets the loop and what is known of the error, on the loop's thread, and sees the context
  /// variables of the task or callback concerned. Nil is the default, which writes to standard
  /// error. If it throws, the default is told of both.
  public var exceptionHandler: ((EventLoop, ExceptionContext) throws -> Void)? {
    get {
      checkThread()
      return unhandledErrors.handler
    }
    set {
      checkThread()
      unhandledErrors.handler = newValue
    }
  }

  /// Tells the exception handler of something, as the loop itself does of errors.
  ///
  /// - Parameter context: What is known of it.
  public func callExceptionHandler(_ context: ExceptionContext) {
    checkThread()
    guard let handler = unhandledErrors.handler else { return defaultExceptionHandler(context) }
    let outer = unsafe contexts.handler
    unsafe contexts.handler = context.values.map { unsafe ($0, NativeTask.current) }
    defer { unsafe contexts.handler = outer }
    do {
      try handler(self, context)
    } catch {
      defaultExceptionHandler(context)
      defaultExceptionHandler(
        ExceptionContext(message: "The exception handler failed.", error: error))
    }
  }

  /// What is done without an exception handler: a line on standard error.
  ///
  /// For handlers that do something beside it.
  ///
  /// - Parameter context: What is known of the error.
  public func defaultExceptionHandler(_ context: ExceptionContext) {
    StandardError.write("\(context)")
  }
}

import AsyncTopBus
import AsyncTopLinux

/// What an event loop tells its exception handler: an error that nobody else can catch, or in debug
/// mode something that deserves a look.
public struct ExceptionContext: Sendable, CustomStringConvertible {
  /// What happened, for people.
  public var message: String
  /// The error, if there was one.
  public var error: (any Error)?
  /// The task concerned, if one was.
  ///
  /// A copy of it, if the program holds no reference to the task.
  public var task: AnyAsyncTask?
  /// The future concerned, if one was and there still is one.
  public var future: (any AnyObject & Sendable)?
  /// The callback concerned, if one was.
  public var handle: Handle?
  /// Where that was created; nil if it is not known, as with `ASYNCTOP=off`.
  public var site: String?

  /// Makes what an exception handler is told; without a site, it has that of the task.
  public init(
    message: String, error: (any Error)? = nil, task: AnyAsyncTask? = nil,
    future: (any AnyObject & Sendable)? = nil, handle: Handle? = nil, site: String? = nil
  ) {
    self.message = message
    self.error = error
    self.task = task
    self.future = future
    self.handle = handle
    self.site = site ?? task.flatMap { $0.loop.text(of: $0.site) }
  }

  // The context of the task or callback concerned.
  var values: Context? { task?.context ?? handle?.context }

  /// One line for people.
  public var description: String {
    var text = message
    if let task { text += " Task: \(task.name)." }
    if let site { text += " Created at \(site)." }
    if let error { text += " Error: \(error)" }
    return text
  }
}

/// Where errors go that nobody else can catch.
struct UnhandledErrors {
  /// The program's exception handler.
  var handler: ((EventLoop, ExceptionContext) throws -> Void)?
  // The error that has ended the run; the caller of the run throws it: see `StopError`.
  private var stop: (any Error)?

  /// Keeps an error that ends the run; returns whether it is the first one, which counts.
  mutating func noteStop(_ error: any Error) -> Bool {
    guard stop == nil else { return false }
    stop = error
    return true
  }

  mutating func takeStop() -> (any Error)? { stop.take() }
}

extension EventLoop {
  /// Decides what happens to errors that nobody else can catch.
  ///
  /// It gets the loop and what is known of the error, on the loop's thread, and sees the context
  /// variables of the task or callback concerned. Nil is the default, which writes to standard
  /// error. If the handler throws, both errors go to the default.
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
    let told = context.values.map {
      unsafe LoopContexts.Handler(values: $0, native: NativeTask.current)
    }
    let outer = contexts.replaceHandler(told)
    defer { _ = contexts.replaceHandler(outer) }
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
  /// A handler may call it and do something else as well.
  ///
  /// - Parameter context: What is known of the error.
  public func defaultExceptionHandler(_ context: ExceptionContext) {
    StandardError.write("\(context)")
  }
}

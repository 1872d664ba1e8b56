import AsyncTopBus

/// What a loop in debug mode runs, in case that it takes too long.
enum Suspect {
  /// Something that was asked for with `callSoon` and its relatives.
  case callback(Handle)
  case task(AnyAsyncTask)
  case nativeTask
  /// What watches a descriptor that became ready.
  case descriptor

  init(_ item: ReadyItem, on loop: EventLoop) {
    switch item.peek() {
    case .handle(let handle): self = .callback(handle)
    case .waiter(let waiter):
      let waiter = unsafe waiter.takeUnretainedValue()
      self = waiter.isStandIn ? .nativeTask : .task(waiter.asTask)
    case .job(let job), .defaultJob(let job):
      let address = unsafe unsafeBitCast(job, to: UnsafeRawPointer.self)
      if let task = unsafe loop.registry.task(at: address) {
        self = .task(task)
      } else {
        self = .nativeTask
      }
    }
  }

  /// What the exception handler is told when it took this long.
  func report(milliseconds: UInt64, on loop: EventLoop) -> ExceptionContext {
    let time = "\(milliseconds) ms"
    switch self {
    case .callback(let handle):
      return ExceptionContext(
        message: "A callback of the event loop took \(time).", handle: handle,
        site: loop.text(of: handle.site))
    case .task(let task):
      return ExceptionContext(message: "A task ran for \(time) without giving way.", task: task)
    case .nativeTask:
      return ExceptionContext(message: "A native task ran for \(time) without giving way.")
    case .descriptor:
      return ExceptionContext(message: "What a connection or descriptor called took \(time).")
    }
  }
}

import AsyncTopBus
import AsyncTopLinux

// Debug mode. Without it, it costs a branch in each iteration of the loop, and one in each
// `callSoon`.
extension EventLoop {
  /// Whether loops look at themselves from the start.
  static let isDebuggingByDefault: Bool = {
    let setting = Program.environment("ASYNCRUNTIME_DEBUG") ?? ""
    return !["", "0"].contains(setting)
  }()

  /// Runs a body, and tells the exception handler if it takes too long.
  func timed(_ suspect: Suspect, _ body: () -> Void) {
    let began = nanosecondsNow
    body()
    let took = nanosecondsNow - began
    guard took >= UInt64(0).advanced(by: slowCallbackDuration) else { return }
    probe.works()
    report(suspect.report(milliseconds: took / 1_000_000, on: self))
  }

  /// A place in the source, for people.
  func text(of site: UInt32) -> String? {
    site == 0 ? nil : OwnRegion()?.location(site)?.short
  }
}

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

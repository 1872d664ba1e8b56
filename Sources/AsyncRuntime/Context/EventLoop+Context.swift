import AsyncTopBus

/// The values of context variables outside of tasks.
///
/// Only on the loop's thread. What is replaced is returned: the values are the program's, and have
/// to be released outside of the access.
@safe
struct LoopContexts: ~Copyable {
  /// Of the callback that runs; whatever runs in a task has the task's.
  private(set) var callback = Context()
  /// While the exception handler is told of a task or callback: the context of that, and what runs.
  private(set) var handler: Handler?
  /// The native task that the loop runs in, if one called it.
  var host: UnsafeRawPointer?

  mutating func replaceCallback(_ context: Context) -> Context {
    exchange(&callback, with: context)
  }

  mutating func replaceHandler(_ told: Handler?) -> Handler? {
    exchange(&handler, with: told)
  }

  @safe
  struct Handler {
    let values: Context
    let native: UnsafeRawPointer?
  }
}

extension EventLoop {
  /// The context of the task or callback that runs.
  ///
  /// A native child task of one of ours sees the values that this has now: the task waits for its
  /// children, so they come from somewhere. Other native tasks have none.
  final var context: Context {
    get {
      if let values = contextOfHandler { return values }
      guard var native = unsafe nativeInside else { return contexts.callback }
      if let task = unsafe registry.task(at: native) { return task.context }
      while let parent = unsafe NativeTask.parent(of: native) {
        if let task = unsafe registry.task(at: parent) { return task.guardedContext }
        unsafe native = parent
      }
      return Context.ofTaskElsewhere
    }
    set {
      usesContexts = true
      if contextOfHandler != nil {
        _ = contexts.replaceHandler(
          unsafe LoopContexts.Handler(values: newValue, native: NativeTask.current))
        return
      }
      guard unsafe nativeInside != nil else {
        _ = contexts.replaceCallback(newValue)
        return
      }
      guard let current else { return Context.setElsewhere(newValue) }
      current.setContext(newValue)
    }
  }

  // The native task that runs on the loop.
  private final var nativeInside: UnsafeRawPointer? {
    unsafe NativeTask.current == contexts.host ? nil : NativeTask.current
  }

  // Not in a task that the handler has started eagerly.
  private final var contextOfHandler: Context? {
    guard let told = contexts.handler, unsafe told.native == NativeTask.current else {
      return nil
    }
    return told.values
  }

  /// What a task or callback that is created now starts with.
  final var inheritedContext: Context {
    @inline(__always) get { usesContexts ? context : Context() }
  }

  /// Before a callback: what the one before has set is forgotten.
  @inline(__always)
  final func enter(_ context: Context) {
    guard usesContexts || !context.isEmpty else { return }
    usesContexts = true
    _ = contexts.replaceCallback(context)
  }
}

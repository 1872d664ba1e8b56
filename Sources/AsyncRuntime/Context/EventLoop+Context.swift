import AsyncTopBus

/// The values of context variables outside of tasks.
///
/// Only on the loop's thread.
@safe
struct LoopContexts: ~Copyable {
  /// Of the callback that runs; whatever runs in a task has the task's.
  var callback = Context()
  /// While the exception handler is told of a task or callback: the context of that, and what runs.
  var handler: (values: Context, native: UnsafeRawPointer?)?
  /// The native task that the loop runs in, if one called it.
  var host: UnsafeRawPointer?
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
        unsafe contexts.handler?.values = newValue
        return
      }
      guard unsafe nativeInside != nil else {
        contexts.callback = newValue
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
    guard let told = unsafe contexts.handler, unsafe told.native == NativeTask.current else {
      return nil
    }
    return unsafe told.values
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
    contexts.callback = context
  }
}

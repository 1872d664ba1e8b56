import Instrumentation

extension EventLoop {
  /// The context of the task or callback that runs.
  ///
  /// A native child task of one of ours sees the values that this has now: the task waits for its
  /// children, so they come from somewhere. Other native tasks have none.
  final var context: Context {
    get {
      guard var native = unsafe NativeTask.current else { return callbackContext }
      while true {
        if let task = unsafe natives.task(at: native) { return task.context }
        guard let parent = unsafe NativeTask.parent(of: native) else { return Context() }
        unsafe native = parent
      }
    }
    set {
      usesContexts = true
      guard unsafe NativeTask.current != nil else {
        callbackContext = newValue
        return
      }
      guard let current else { Context.refuseNativeTask() }
      current.context = newValue
    }
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
    callbackContext = context
  }
}

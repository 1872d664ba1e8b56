import AsyncTopBus
import AsyncTopLinux

/// The values of all context variables at a moment: what a task or callback inherits.
///
/// It is a value. To copy it costs nothing, however many variables have one, and what is set in a
/// copy is not seen in the original; asyncio's contexts are objects that several callbacks may
/// share.
public struct Context: Sendable {
  // Nil: every variable has its default.
  private var first: ContextNode?

  /// Makes one in which every variable has its default.
  public init() {}

  /// A variable's value in it.
  public subscript<Value: Sendable>(_ variable: ContextVariable<Value>) -> Value {
    get {
      guard let node = node(variable.id) else { return variable.defaultValue }
      // Only the variable of this number makes such nodes, and it has the type.
      return unsafe unsafeDowncast(node, to: ContextValue<Value>.self).value
    }
    set {
      remove(variable.id)
      first = ContextValue(variable.id, newValue, next: first)
    }
  }

  /// Runs a body in this context: variables have the values in it, and what the body sets is kept
  /// here, and forgotten outside.
  ///
  /// Tasks and callbacks that the body creates inherit it. So this does what asyncio's `context`
  /// arguments are for.
  ///
  /// - Parameter body: Must not wait; in a task, see `ContextVariable.withValue`.
  /// - Returns: What the body returns.
  /// - Throws: What the body throws.
  public mutating func run<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let outer = Context.current
    Context.current = self
    defer {
      self = Context.current
      Context.current = outer
    }
    return try body()
  }

  /// Whether every variable has its default.
  var isEmpty: Bool {
    @inline(__always) get { first == nil }
  }

  func node(_ variable: UInt64) -> ContextNode? {
    var next = first
    while let node = next {
      if node.variable == variable { return node }
      next = node.next
    }
    return nil
  }

  mutating func remove(_ variable: UInt64) {
    if node(variable) != nil { first = first?.removing(variable) }
  }

  /// Gives a variable the value that it has in a node of another context, or with nil its default.
  mutating func restore(_ variable: UInt64, from node: ContextNode?) {
    remove(variable)
    if let node { first = node.copy(before: first) }
  }
}

// Where the context of what runs is kept: in the task, in the loop for its callbacks, or else with
// the thread.
extension Context {
  private final class OfThread {
    var context = Context()
  }

  private static let threads = ThreadLocal<OfThread>()

  /// The one of what runs on this thread.
  static var current: Context {
    get {
      if let loop = EventLoop.running { return loop.context }
      // A native task shares its thread with others.
      return unsafe NativeTask.current == nil
        ? threads.object?.context ?? Context() : ofTaskElsewhere
    }
    set {
      if let loop = EventLoop.running {
        loop.context = newValue
        return
      }
      guard unsafe NativeTask.current == nil else { return setElsewhere(newValue) }
      if let ofThread = threads.object {
        ofThread.context = newValue
      } else if !newValue.isEmpty {
        let ofThread = OfThread()
        ofThread.context = newValue
        threads.object = ofThread
      }
    }
  }

  /// Of the task that its actor has taken to this thread, or of one that has the native task that
  /// runs here as its child.
  static var ofTaskElsewhere: Context {
    guard let loop = EventLoop.ofCurrentTask, !loop.isOnThread, loop.usesContexts,
      var native = unsafe NativeTask.current
    else { return Context() }
    while true {
      if let task = unsafe loop.tasksSeenElsewhere.task(at: native) { return task.guardedContext }
      guard let parent = unsafe NativeTask.parent(of: native) else { return Context() }
      unsafe native = parent
    }
  }

  static func setElsewhere(_ context: Context) {
    guard let task = EventLoop.taskElsewhere else { refuseNativeTask() }
    task.loop.usesContexts = true
    task.setContext(context)
  }

  private static func refuseNativeTask() -> Never {
    EventLoop.refuse(
      "a context variable is set in a native task; use createTask, or Swift's task locals")
  }
}

/// The values of all context variables as they are now.
///
/// - Returns: Those of the task, callback or thread that asks.
public func copyContext() -> Context { .current }

import Synchronization
import AsyncTopLinux

/// A value that belongs to what runs: a task inherits it when it is created, by copy, and may set
/// it for itself and for what it creates later.
///
///     static let request = ContextVariable("request", default: 0)
///
/// Callbacks of a loop, functions given to `toThread` and tasks made with `runCoroutineThreadsafe`
/// inherit it from their caller; what they set is theirs alone. A runner's main tasks continue what
/// the one before has set. A thread without a loop has values of its own.
///
/// Inheriting all variables costs one pointer, and nothing while none is used. Reading and setting
/// one takes a look at those that were set more recently.
///
/// How it goes with Swift's tasks: `async let` and the children of native groups see the values
/// that their parent has at that moment; `Task {}` sees none, `createTask` does. Only tasks of the
/// runtime's and callbacks may set one; for native tasks there are Swift's task locals, which
/// tasks of the runtime's inherit as native ones do. Code that leaves the loop's thread, for an
/// actor with another executor, leaves the values behind.
public struct ContextVariable<Value: Sendable>: Sendable {
  /// What people call it.
  public let name: String
  /// Its value where it was not set.
  public let defaultValue: Value
  let id: UInt64

  /// What brings a variable's former value back.
  public struct Token: Sendable {
    let variable: UInt64
    let former: ContextNode?
  }

  /// Makes a variable; as a rule a static constant.
  ///
  /// - Parameters:
  ///   - name: What people call it.
  ///   - defaultValue: Its value where it was not set.
  public init(_ name: String, default defaultValue: Value) {
    self.name = name
    self.defaultValue = defaultValue
    id = ContextVariables.newID()
  }

  /// The value.
  public func get() -> Value { Context.current[self] }

  /// Sets the value for what runs, and for the tasks and callbacks that it creates from now on.
  ///
  /// - Parameter value: The new value.
  /// - Returns: A token that restores the former value.
  @discardableResult
  public func set(_ value: Value) -> Token {
    var context = Context.current
    let former = context.node(id)
    context[self] = value
    Context.current = context
    return Token(variable: id, former: former)
  }

  /// Brings back the value before a `set`; it may be used again, and in another context.
  ///
  /// - Parameter token: What that returned; of this variable.
  public func reset(_ token: Token, fileID: StaticString = #fileID, line: UInt32 = #line) {
    if token.variable != id {
      EventLoop.refuse(
        "the context variable “\(name)” is reset with another one's token", fileID, line)
    }
    var context = Context.current
    context.restore(id, from: token.former)
    Context.current = context
  }

  /// Sets the value while a body runs.
  ///
  /// - Parameters:
  ///   - value: The value.
  ///   - body: Sees the value.
  /// - Returns: What the body returns.
  /// - Throws: What the body throws.
  public func withValue<Result>(_ value: Value, _ body: () throws -> Result) rethrows -> Result {
    let token = set(value)
    defer { reset(token) }
    return try body()
  }

  /// Sets the value while a body runs, which may wait.
  ///
  /// - Parameters:
  ///   - value: The value.
  ///   - body: Sees the value.
  /// - Returns: What the body returns.
  /// - Throws: What the body throws.
  public func withValue<Result>(
    _ value: Value, isolation: isolated (any Actor)? = #isolation,
    _ body: () async throws -> Result
  ) async rethrows -> Result {
    let token = set(value)
    defer { reset(token) }
    return try await body()
  }
}

/// The numbers of context variables, unique in the process.
private enum ContextVariables {
  private static let count = Atomic<UInt64>(0)

  static func newID() -> UInt64 { count.add(1, ordering: .relaxed).newValue }
}

/// A context variable that has a value, in a list of those that have one, latest first.
///
/// 1. Nothing in it ever changes, so contexts share it: to inherit all values is to copy one
///    pointer.
/// 2. A list has at most one node for each variable.
/// 3. What stands in it is the business of `ContextValue`, of which every node is one.
class ContextNode: @unchecked Sendable {
  final let variable: UInt64
  final let next: ContextNode?

  init(_ variable: UInt64, next: ContextNode?) {
    self.variable = variable
    self.next = next
  }

  /// The same value in front of other nodes.
  func copy(before next: ContextNode?) -> ContextNode {
    programmerError("a context's node has a value")
  }

  /// The list that starts here without a variable, which must be in it; what is behind that is
  /// shared.
  final func removing(_ variable: UInt64) -> ContextNode? {
    self.variable == variable ? next : copy(before: next?.removing(variable))
  }
}

/// A context variable's value.
///
/// Sendable as its base class is: the value is, and is never changed.
final class ContextValue<Value: Sendable>: ContextNode, @unchecked Sendable {
  let value: Value

  init(_ variable: UInt64, _ value: Value, next: ContextNode?) {
    self.value = value
    super.init(variable, next: next)
  }

  override func copy(before next: ContextNode?) -> ContextNode {
    ContextValue(variable, value, next: next)
  }
}

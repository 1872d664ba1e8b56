import AsyncTopLinux

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

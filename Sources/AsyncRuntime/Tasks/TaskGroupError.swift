/// Errors of a task group: of its tasks, in the order in which they failed, and last of its body.
public struct TaskGroupError: Error, CustomStringConvertible {
  /// The errors; at least one.
  public var errors: [any Error]

  /// For people.
  public var description: String {
    let list = errors.map { String(describing: $0) }.joined(separator: "; ")
    return "\(errors.count) error(s) in a task group: \(list)"
  }
}

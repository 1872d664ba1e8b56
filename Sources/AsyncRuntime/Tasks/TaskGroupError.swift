/// Errors of a task group: of its tasks, in the order in which they failed, and last of its body.
///
/// What asyncio raises as an `ExceptionGroup`. An error of it may be another one, of a group inside
/// of the group. Swift's `catch` can't look inside, so `except*` becomes questions:
///
///     } catch let error as TaskGroupError {
///       for refused in error.errors(of: ConnectionRefused.self) { … }
///       if let rest = error.split(ConnectionRefused.self).rest { throw rest }
///     }
public struct TaskGroupError: Error, CustomStringConvertible {
  /// The errors; at least one.
  public let errors: [any Error]

  /// Makes one.
  ///
  /// - Parameter errors: At least one.
  public init(
    _ errors: [any Error], fileID: StaticString = #fileID, line: UInt32 = #line
  ) {
    if errors.isEmpty {
      EventLoop.refuse("TaskGroupError([]): it holds at least one error", fileID, line)
    }
    self.errors = errors
  }

  /// The errors that are no groups themselves, of this one and of those inside of it, in order.
  public var leaves: [any Error] {
    errors.flatMap { ($0 as? TaskGroupError)?.leaves ?? [$0] }
  }

  /// Whether an error of a type is in it or in a group inside of it.
  public func contains<E: Error>(_ type: E.Type) -> Bool {
    errors.contains { $0 is E || ($0 as? TaskGroupError)?.contains(type) == true }
  }

  /// The errors of a type that are in it or in groups inside of it, in order.
  public func errors<E: Error>(of type: E.Type) -> [E] {
    leaves.compactMap { $0 as? E }
  }

  /// The part of it that fulfils a condition, nested as it was; nil if nothing does.
  ///
  /// - Parameter isMatch: Asked of the group itself, then of what is in it; a group that fulfils it
  ///   is taken as a whole.
  /// - Returns: A group of what fulfils it.
  public func subgroup(where isMatch: (any Error) throws -> Bool) rethrows -> TaskGroupError? {
    try split(where: isMatch).matching
  }

  /// The part of it that are errors of a type, nested as it was; nil if there are none.
  public func subgroup<E: Error>(_ type: E.Type) -> TaskGroupError? {
    split(type).matching
  }

  /// The part of it that fulfils a condition, and the rest, each nested as it was.
  ///
  /// - Parameter isMatch: Asked of the group itself, then of what is in it; a group that fulfils it
  ///   is taken as a whole.
  /// - Returns: Both parts; nil for one with nothing in it.
  public func split(
    where isMatch: (any Error) throws -> Bool
  ) rethrows -> (matching: TaskGroupError?, rest: TaskGroupError?) {
    if try isMatch(self) { return (self, nil) }
    var matching: [any Error] = []
    var rest: [any Error] = []
    for error in errors {
      if let group = error as? TaskGroupError {
        let parts = try group.split(where: isMatch)
        if let part = parts.matching { matching.append(part) }
        if let part = parts.rest { rest.append(part) }
      } else if try isMatch(error) {
        matching.append(error)
      } else {
        rest.append(error)
      }
    }
    return (
      matching.isEmpty ? nil : TaskGroupError(matching), rest.isEmpty ? nil : TaskGroupError(rest)
    )
  }

  /// The errors of a type, and the rest, each nested as it was.
  ///
  /// - Returns: Both parts; nil for one with nothing in it.
  public func split<E: Error>(
    _ type: E.Type
  ) -> (matching: TaskGroupError?, rest: TaskGroupError?) {
    split { $0 is E }
  }

  /// For people.
  public var description: String {
    let list = errors.map { String(describing: $0) }.joined(separator: "; ")
    return "\(errors.count) error(s) in a task group: \(list)"
  }
}

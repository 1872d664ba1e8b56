/// A place in the program.
public enum Site: Hashable, Sendable {
  /// It was reported with its place in the source. The texts come from the app.
  case source(file: String, line: UInt32, function: String)
  /// Return addresses of the stack that created something, innermost first, and the code of the
  /// body of the task created, or 0.
  case code(stack: [UInt64], body: UInt64)
  /// Where functions go on after an await, innermost first.
  case resume([UInt64])
  /// The name of a class.
  case type(String)
}

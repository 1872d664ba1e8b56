/// A place in the source, for people.
public struct Place: Hashable, Sendable {
  /// The function, as a person would write it: `Worker.run()`.
  public var function: String
  /// The path of the file as the compiler or `#fileID` gave it; empty if it is not known.
  public var file: String
  /// The line, from 1; 0 if it is not known.
  public var line: UInt32
  /// Whether the code is the Swift runtime's own, so that a reader looks for its caller instead.
  public var isRuntime: Bool
  /// Why the function is not known and a module with an offset stands for it; nil if it is known.
  public var problem: String?

  /// Makes a place.
  public init(
    function: String, file: String, line: UInt32, isRuntime: Bool = false, problem: String? = nil
  ) {
    self.function = function
    self.file = file
    self.line = line
    self.isRuntime = isRuntime
    self.problem = problem
  }

  /// The file's name and the line, `Worker.swift:42`, else the function.
  public var short: String {
    guard !file.isEmpty else { return function }
    let name = file.split(separator: "/").last ?? Substring(file)
    return line > 0 ? "\(name):\(line)" : String(name)
  }
}

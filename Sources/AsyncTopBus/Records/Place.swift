/// Whose code something is.
public enum CodeOrigin: UInt8, Hashable, Sendable {
  /// The program's own.
  case user = 0
  /// The Swift runtime's, the system's, or that of AsyncRuntime and the probe.
  case runtime = 1
  /// A package that the program depends on.
  case dependency = 2
  /// Nothing says whose: there is no debug information.
  case unknown = 3
  /// Made up by the compiler, to call something else.
  case compiler = 4
}

/// A place in the source, for people.
public struct Place: Hashable, Sendable {
  /// The function, as a person would write it: `Worker.run()`.
  public var function: String
  /// The path of the file as the compiler or `#fileID` gave it; empty if it is not known.
  public var file: String
  /// The line, from 1; 0 if it is not known.
  public var line: UInt32
  /// Whose code it is.
  public var origin: CodeOrigin
  /// Why the function is not known and a module with an offset stands for it; nil if it is known.
  public var problem: String?

  /// Makes a place.
  public init(
    function: String, file: String, line: UInt32, origin: CodeOrigin = .user,
    problem: String? = nil
  ) {
    self.function = function
    self.file = file
    self.line = line
    self.origin = origin
    self.problem = problem
  }

  /// Whether nobody wrote it for this program, so that a reader looks for its caller instead.
  public var isRuntime: Bool { origin == .runtime || origin == .compiler }

  /// The file's name and the line, `Worker.swift:42`, else the function.
  public var short: String {
    guard !file.isEmpty else { return function }
    let name = file.split(separator: "/").last ?? Substring(file)
    return line > 0 ? "\(name):\(line)" : String(name)
  }
}

/// Turns addresses of an app's code into locations.
public protocol AddressResolver: AnyObject {
  /// The location of an address.
  ///
  /// - Parameters:
  ///   - address: In the app's memory.
  ///   - isReturnAddress: The instruction of interest is the one before it.
  /// - Returns: Nil if it is not known.
  func location(of address: UInt64, isReturnAddress: Bool) -> SourceLocation?

  /// All locations of an address: the functions that the compiler has put into each other there,
  /// the innermost first.
  ///
  /// - Parameters:
  ///   - address: In the app's memory.
  ///   - isReturnAddress: The instruction of interest is the one before it.
  /// - Returns: None if it is not known.
  func locations(of address: UInt64, isReturnAddress: Bool) -> [SourceLocation]
}

extension AddressResolver {
  /// The one location that is known.
  public func locations(of address: UInt64, isReturnAddress: Bool) -> [SourceLocation] {
    location(of: address, isReturnAddress: isReturnAddress).map { [$0] } ?? []
  }

  /// The location that a person thinks of: the innermost that is not the runtime's own code.
  ///
  /// For something created, that is where it was created, else the body of the task.
  public func location(of site: Site) -> SourceLocation? {
    switch site {
    case .source(let file, let line, let function):
      return SourceLocation(function: function, file: file, line: line)
    case .code(let stack, let body):
      let caller = userLocation(in: stack, areReturnAddresses: true)
      if let caller, caller.problem == nil { return caller }
      let start = body == 0 ? nil : location(of: body, isReturnAddress: false)
      return start?.problem == nil ? start ?? caller : caller ?? start
    case .resume(let stack):
      return userLocation(in: stack, areReturnAddresses: false)
    case .type(let name):
      return SourceLocation(function: name, file: "", line: 0)
    }
  }

  /// The innermost location of the user's code, else of another's whose function is known, else the
  /// innermost.
  private func userLocation(in stack: [UInt64], areReturnAddresses: Bool) -> SourceLocation? {
    var (library, unknown): (SourceLocation?, SourceLocation?)
    for address in stack {
      guard let location = location(of: address, isReturnAddress: areReturnAddresses),
        !location.isRuntime
      else { continue }
      if location.problem != nil {
        unknown = unknown ?? location
      } else if location.origin == .user {
        return location
      } else {
        library = library ?? location
      }
    }
    return library ?? unknown
  }
}

extension [SourceLocation] {
  /// Of the locations of one address, the innermost of the user's code, else of a library's, else
  /// that which the linker knows.
  public var outstanding: SourceLocation? {
    first { $0.origin == .user } ?? first { !$0.isRuntime } ?? last
  }
}

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

/// A location in the source, for people.
public struct SourceLocation: Hashable, Sendable {
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

  /// Makes a location.
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

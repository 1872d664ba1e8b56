/// Turns addresses of an app's code into places.
public protocol AddressResolver: AnyObject {
  /// The place of an address.
  ///
  /// - Parameters:
  ///   - address: In the app's memory.
  ///   - isReturnAddress: The instruction of interest is the one before it.
  /// - Returns: Nil if it is not known.
  func place(of address: UInt64, isReturnAddress: Bool) -> Place?

  /// All places of an address: the functions that the compiler has put into each other there, the
  /// innermost first.
  ///
  /// - Parameters:
  ///   - address: In the app's memory.
  ///   - isReturnAddress: The instruction of interest is the one before it.
  /// - Returns: None if it is not known.
  func places(of address: UInt64, isReturnAddress: Bool) -> [Place]
}

extension AddressResolver {
  /// The one place that is known.
  public func places(of address: UInt64, isReturnAddress: Bool) -> [Place] {
    place(of: address, isReturnAddress: isReturnAddress).map { [$0] } ?? []
  }

  /// The place that a person thinks of: the innermost that is not the runtime's own code.
  ///
  /// For something created, that is where it was created, else the body of the task.
  public func place(of site: Site) -> Place? {
    switch site {
    case .source(let file, let line, let function):
      return Place(function: function, file: file, line: line)
    case .code(let stack, let body):
      let caller = userPlace(in: stack, areReturnAddresses: true)
      if let caller, caller.problem == nil { return caller }
      let start = body == 0 ? nil : place(of: body, isReturnAddress: false)
      return start?.problem == nil ? start ?? caller : caller ?? start
    case .resume(let stack):
      return userPlace(in: stack, areReturnAddresses: false)
    case .type(let name):
      return Place(function: name, file: "", line: 0)
    }
  }

  /// The innermost place of the user's code, else of another's whose function is known, else the
  /// innermost.
  private func userPlace(in stack: [UInt64], areReturnAddresses: Bool) -> Place? {
    var (library, unknown): (Place?, Place?)
    for address in stack {
      guard let place = place(of: address, isReturnAddress: areReturnAddresses),
        !place.isRuntime
      else { continue }
      if place.problem != nil {
        unknown = unknown ?? place
      } else if place.origin == .user {
        return place
      } else {
        library = library ?? place
      }
    }
    return library ?? unknown
  }
}

extension [Place] {
  /// Of the places of one address, the innermost of the user's code, else of a library's, else that
  /// which the linker knows.
  public var outstanding: Place? { first { $0.origin == .user } ?? first { !$0.isRuntime } ?? last }
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

/// The name of a function, as the linker has it and as the person who wrote it would say it.
///
/// ```
/// $s4Demo6WorkerC3runyyYaFTQ1_           Worker.run()
/// $s4Demo6WorkerC3runyyYaFyyYacfU_       closure #1 in Worker.run()
/// ```
public struct FunctionName: Sendable, Hashable {
  /// The linker's name.
  public let mangled: String
  /// The function in the source: without its module, types, generic parameters, and without the
  /// pieces the compiler cuts an async function into; of C++, the name without parameters; else the
  /// linker's name.
  public let simplified: String
  /// The module that defines it; nil if it isn't Swift's.
  public let module: String?
  /// Whether the compiler made the function up to call another (a thunk, a partial application).
  public let isThunk: Bool

  /// Takes a linker's name apart.
  public init(mangled: String) {
    self.mangled = mangled
    guard let name = MangledNameParser.parse(mangled), !name.text.isEmpty else {
      simplified = Self.simplifiedForeign(mangled)
      module = nil
      isThunk = false
      return
    }
    simplified = Self.withSpaces(name.text)
    module = name.module
    isThunk = name.isThunk
  }

  /// The modules of the standard library and the concurrency runtime.
  public static let standardModules: Set<String> = [
    "Swift", "_Concurrency", "_StringProcessing", "Synchronization", "Observation", "Distributed",
    "Dispatch", "Builtin",
  ]

  /// A name in backticks is mangled with no-break spaces for its spaces (SE-0451).
  private static func withSpaces(_ name: String) -> String {
    name.contains("\u{a0}")
      ? String(name.map { $0 == "\u{a0}" ? " " : $0 }) : name
  }

  /// Top-level async code is a C function in several pieces.
  private static func simplifiedForeign(_ name: String) -> String {
    if name == "async_Main" || name.hasPrefix("async_MainT") { return "main" }
    return ForeignName.simplified(name) ?? name
  }
}

/// Names of C++ functions, as far as a person wants to read them: `swift::AsyncTask::waitFuture`.
enum ForeignName {
  /// The most parts of a name.
  private static let partLimit = 32

  /// A name of the Itanium ABI without its parameters; nil for one that isn't C++, or that has more
  /// to it than names in names.
  static func simplified(_ mangled: String) -> String? {
    guard mangled.hasPrefix("_Z") else { return nil }
    var rest = mangled.utf8.dropFirst(2)
    while rest.first == UInt8(ascii: "Z") { rest.removeFirst() }
    let isNested = rest.first == UInt8(ascii: "N")
    if isNested { rest.removeFirst() }
    // Whether it is constant, volatile, or known to its file only.
    while let byte = rest.first, "KVrL".utf8.contains(byte) { rest.removeFirst() }
    var parts: [String] = []
    if rest.starts(with: "St".utf8) {
      rest = rest.dropFirst(2)
      parts.append("std")
    }
    while let part = takePart(&rest), parts.count < partLimit {
      parts.append(part == "_GLOBAL__N_1" ? "(anonymous)" : part)
      if !isNested { break }
    }
    return parts.isEmpty || parts == ["std"] ? nil : parts.joined(separator: "::")
  }

  /// A number, and as many bytes.
  private static func takePart(_ rest: inout Substring.UTF8View) -> String? {
    let digits = rest.prefix(4).prefix { $0.isDigit }
    guard let count = Int(String(Substring(digits))), count > 0,
      rest.count - digits.count >= count
    else { return nil }
    let name = rest.dropFirst(digits.count).prefix(count)
    rest = rest.dropFirst(digits.count + count)
    return String(Substring(name))
  }
}

/// Tells what nobody wrote in the program: the Swift runtime, the standard library, thunks.
struct RuntimeCode: Sendable {
  /// The Swift modules whose functions count as the runtime's, wherever they were compiled into.
  let modules: Set<String>

  func contains(_ name: FunctionName, in module: LoadedModule) -> Bool {
    if let home = name.module { return modules.contains(home) || name.isThunk }
    if name.isThunk || Self.isRuntimeLibrary(module.name) { return true }
    // Linked with -static-stdlib, the runtime's own functions lie in the executable.
    return Self.prefixes.contains { name.mangled.hasPrefix($0) }
  }

  /// C functions of the Swift runtime and libdispatch, and what is in their C++ namespaces.
  private static let prefixes = [
    "swift_", "_swift_", "_ZN5swift", "_ZNK5swift", "_ZZN5swift", "dispatch_", "_dispatch_",
  ]

  static func isRuntimeLibrary(_ name: String) -> Bool {
    ["libswift", "libdispatch.", "libBlocksRuntime.", "libc.", "libc-", "libpthread", "ld-linux"]
      .contains { name.hasPrefix($0) }
  }
}

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

/// What an address of a process is in its source.
public struct SymbolizedLocation: Sendable, Hashable {
  /// The function as the person who wrote it would say it: `closure #1 in Worker.run()`.
  public let function: String
  /// The function's name as the linker has it.
  public let mangled: String
  /// The path of the source file; nil without debug information.
  public let file: String?
  /// The line, counted from 1; nil without debug information.
  public let line: Int?
  /// The column, counted from 1; nil if it isn't known.
  public let column: Int?
  /// The name of the executable or library the code is in.
  public let module: String
  /// How many bytes into the function the address is.
  public let offset: UInt64
  /// Whether the function is the Swift runtime's, the standard library's (also a copy of it in
  /// another module), or made up by the compiler: nothing a person wrote in the program.
  public let isRuntime: Bool
}

/// What an address of a process is in its source.
public struct SymbolizedLocation: Sendable, Hashable {
  /// The function as the person who wrote it would say it: `closure #1 in Worker.run()`; the module
  /// and the address in it, `app+0x1f3c`, where that isn't known.
  public let function: String
  /// The function's name as the linker has it; empty if it isn't known.
  public let mangled: String
  /// The path of the source file; nil without debug information.
  public var file: String?
  /// The line, counted from 1; nil without debug information.
  public var line: Int?
  /// The column, counted from 1; nil if it isn't known.
  public var column: Int?
  /// The name of the executable or library the code is in.
  public let module: String
  /// Its path, as the process names it.
  public let modulePath: String
  /// How many bytes into the function the address is; into the module, where no function is known.
  public let offset: UInt64
  /// Whether the function is the Swift runtime's, the standard library's (also a copy of it in
  /// another module), or made up by the compiler: nothing a person wrote in the program.
  public let isRuntime: Bool
  /// The Swift module that defines the function; nil if it isn't Swift's, or isn't known.
  public let swiftModule: String?
  /// Whether the compiler made the function up to call another.
  public let isThunk: Bool
  /// Whether its code was put into that of the function that calls it, which is the next location.
  public let isInlined: Bool
  /// Why the function isn't known; nil if it is.
  public var problem: SymbolicationError?

  init(
    _ name: FunctionName, in module: LoadedModule, offset: UInt64, isInlined: Bool,
    runtime: RuntimeCode
  ) {
    function = name.simplified
    mangled = name.mangled
    self.module = module.name
    modulePath = module.path
    self.offset = offset
    self.isInlined = isInlined
    swiftModule = name.module
    isThunk = name.isThunk
    isRuntime = runtime.contains(name, in: module)
  }

  /// An address of which only the module is known.
  init(unknown address: UInt64, in module: LoadedModule, _ problem: SymbolicationError) {
    let offset = address &- module.loadBias
    function = "\(module.name)+0x\(String(offset, radix: 16))"
    mangled = ""
    self.module = module.name
    modulePath = module.path
    self.offset = offset
    isInlined = false
    swiftModule = nil
    isThunk = false
    isRuntime = RuntimeCode.isRuntimeLibrary(module.name)
    self.problem = problem
  }

  mutating func set(_ position: SourcePosition?) {
    guard let position else { return }
    file = position.file
    line = position.line > 0 ? position.line : nil
    column = position.column > 0 ? position.column : nil
  }
}

/// The symbols and lines of one module, read from its file when they are first asked for.
struct ModuleSymbols: Sendable {
  private let module: LoadedModule
  private let file: ELFFile
  private var symbols: SymbolTable?
  private var lines: LineTable?
  /// What could not be read, and is done without.
  private(set) var problems: [SymbolicationError] = []

  init(_ module: LoadedModule) throws(SymbolicationError) {
    self.module = module
    file = try ELFFile(path: module.path)
    if let expected = module.buildID, let found = file.buildID, expected != found {
      throw SymbolicationError(
        .otherBuild, path: module.path, "this is not the build the process runs; it was replaced")
    }
  }

  /// A text in the module's constant data.
  func string(at address: UInt64, limit: Int) -> String? {
    file.string(at: address &- module.loadBias, limit: limit)
  }

  /// What an address of the process is; nil if no function is there.
  mutating func location(of address: UInt64, runtime: RuntimeCode) -> SymbolizedLocation? {
    let fileAddress = address &- module.loadBias
    let symbols = loadedSymbols()
    guard let function = symbols.function(at: fileAddress),
      let mangled = symbols.name(of: function)
    else { return nil }
    let position = loadedLines().position(of: fileAddress, function: function.range)
    let name = FunctionName(mangled: mangled)
    return SymbolizedLocation(
      function: name.simplified, mangled: mangled, file: position?.file, line: position?.line,
      column: position.flatMap { $0.column > 0 ? $0.column : nil }, module: module.name,
      offset: fileAddress - function.address, isRuntime: runtime.contains(name, in: module))
  }

  private mutating func loadedSymbols() -> SymbolTable {
    if let symbols { return symbols }
    var table = SymbolTable()
    do { table = try SymbolTable(file) } catch { problems.append(error) }
    symbols = table
    return table
  }

  private mutating func loadedLines() -> LineTable {
    if let lines { return lines }
    var table = LineTable()
    do { table = try LineTable(file) } catch { problems.append(error) }
    lines = table
    return table
  }
}

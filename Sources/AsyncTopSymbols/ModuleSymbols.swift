/// The symbols and lines of one module, read from its files when they are first asked for.
struct ModuleSymbols: Sendable {
  private let module: LoadedModule
  private let files: ModuleFiles
  private var symbols: SymbolTable?
  private var lines: LineTable?
  private var calls: InlinedCalls?
  /// What could not be read, and is done without.
  private(set) var problems: [SymbolicationError] = []

  init(_ module: LoadedModule, _ files: ModuleFiles) {
    self.module = module
    self.files = files
    problems = files.problems
  }

  /// A text in the module's constant data.
  func string(at address: UInt64, limit: Int) -> String? {
    files.main.string(at: address &- module.loadBias, limit: limit)
  }

  /// What an address of the process is: the function of the linker's symbol, and before it what
  /// the compiler has put into it there, the innermost first.
  mutating func locations(of address: UInt64, runtime: RuntimeCode) -> [SymbolizedLocation] {
    let fileAddress = address &- module.loadBias
    loadSymbols()
    guard let function = symbols?.function(at: fileAddress),
      let mangled = symbols?.name(of: function)
    else { return [SymbolizedLocation(unknown: address, in: module, missingFunction)] }
    loadLines()
    var position = lines?.position(of: fileAddress, function: function.range)
    var locations: [SymbolizedLocation] = []
    for call in inlinedCalls(at: fileAddress).reversed() {
      var location = SymbolizedLocation(
        FunctionName(mangled: call.name), in: module, offset: 0, isInlined: true,
        runtime: runtime)
      location.set(position)
      locations.append(location)
      position = lines?.path(ofFile: call.file, at: fileAddress).map {
        SourcePosition(
          file: $0, line: Int(clamping: call.line), column: Int(clamping: call.column))
      }
    }
    var location = SymbolizedLocation(
      FunctionName(mangled: mangled), in: module, offset: fileAddress - function.address,
      isInlined: false, runtime: runtime)
    location.set(position)
    return locations + [location]
  }

  private var missingFunction: SymbolicationError {
    if let problem = problems.first { return problem }
    return SymbolicationError(
      .noSymbols, path: files.symbols.path,
      symbols?.isEmpty ?? true
        ? "it has no symbols; it was stripped, and its debug information was not found"
        : "none of its functions is at this address")
  }

  private mutating func inlinedCalls(at address: UInt64) -> [InlinedCalls.Call] {
    guard let lines, calls != nil else { return [] }
    do {
      return try calls?.calls(at: address, in: lines.debugUnits(of: address)) ?? []
    } catch {
      if !problems.contains(error) { problems.append(error) }
      return []
    }
  }

  private mutating func loadSymbols() {
    guard symbols == nil else { return }
    do { symbols = try SymbolTable(files.symbols) } catch {
      problems.append(error)
      symbols = SymbolTable()
    }
  }

  private mutating func loadLines() {
    guard lines == nil else { return }
    do {
      let table = try LineTable(files.lines)
      calls = InlinedCalls(files.lines, units: table.debugUnits)
      lines = table
    } catch {
      problems.append(error)
      lines = LineTable()
    }
  }
}

/// The symbols and lines of one module, read from its files when they are first asked for.
struct ModuleSymbols: Sendable {
  /// Among so many functions before a piece the beginning of its function is looked for.
  private static let pieceLimit = 64

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
  mutating func locations(of address: UInt64, runtime: RuntimeCode) -> [SymbolizedAddress] {
    let entry = address &- module.loadBias
    loadSymbols()
    guard let function = symbols?.function(at: entry),
      let mangled = symbols?.name(of: function)
    else { return [SymbolizedAddress(unknown: address, in: module, missingFunction)] }
    loadLines()
    let piece = entry == function.address ? AsyncPiece(mangled) : nil
    let start = piece.flatMap { statement(of: $0, function) }
    let fileAddress = start ?? entry
    var source = lines?.source(
      of: fileAddress, function: start.map { $0..<UInt64.max } ?? function.range)
    if piece != nil, start == nil {
      source = source.map { SourceLine(file: $0.file, line: 0, column: 0) }
    }
    var locations: [SymbolizedAddress] = []
    for call in inlinedCalls(from: fileAddress, isBeginning: start != nil).reversed() {
      // Nobody waits in a function that is not async: it is what is called next.
      if piece == nil || !locations.isEmpty || AsyncPiece.isAsync(call.name) {
        var location = SymbolizedAddress(
          FunctionName(mangled: call.name), in: module, offset: 0, isInlined: true,
          runtime: runtime)
        location.set(source)
        locations.append(location)
      }
      source = lines?.path(ofFile: call.file, at: fileAddress).map {
        SourceLine(
          file: $0, line: Int(clamping: call.line), column: Int(clamping: call.column))
      }
    }
    var location = SymbolizedAddress(
      FunctionName(mangled: mangled), in: module, offset: entry - function.address,
      isInlined: false, runtime: runtime)
    location.set(source)
    return locations + [location]
  }

  /// Where the first statement is of a piece of an async function, which mostly is the rest of the
  /// statement that awaited.
  ///
  /// The compiler gives the beginning of a piece the line of the whole function. A piece that
  /// has no statement only leads to the next one.
  private func statement(of piece: AsyncPiece, _ function: SymbolTable.Function) -> UInt64? {
    let whole = symbols?.functions(before: function, atMost: Self.pieceLimit)
      .first { symbols?.name(of: $0) == piece.function }
    let declaration = whole.flatMap { lines?.declaration(ofFunctionAt: $0.range) }
    if let found = lines?.statement(in: function.range, besides: declaration) { return found }
    guard let next = symbols?.function(after: function),
      symbols?.name(of: next).flatMap(AsyncPiece.init) == piece.next
    else { return nil }
    return lines?.statement(in: next.range, besides: declaration)
  }

  private var missingFunction: SymbolicationError {
    if let problem = problems.first { return problem }
    return SymbolicationError(
      .noSymbols, path: files.symbols.path,
      symbols?.isEmpty ?? true
        ? "it has no symbols; it was stripped, and its debug information was not found"
        : "none of its functions is at this address")
  }

  /// What the compiler has put into a function at an address; where that is the beginning of a
  /// piece, of which it never says so, into what goes on there.
  private mutating func inlinedCalls(
    from address: UInt64, isBeginning: Bool
  ) -> [InlinedCalls.Call] {
    let calls = inlinedCalls(at: address)
    guard calls.isEmpty, isBeginning, let piece = symbols?.function(at: address),
      piece.address == address, let inside = lines?.endOfPrologue(in: piece.range)
    else { return calls }
    return inlinedCalls(at: inside)
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

/// One of the pieces into which the compiler cuts an async function, by the name that the linker
/// has for it: `…TQ3_`, `…TY4_`.
struct AsyncPiece: Equatable {
  /// The name of the whole function.
  let function: String
  private let number: Int

  /// Nil for what is no such piece, or the first one, which begins where the function does.
  init?(_ mangled: String) {
    guard mangled.utf8.last == UInt8(ascii: "_") else { return nil }
    let name = mangled.dropLast()
    let digits = name.reversed().prefix { $0.isASCII && $0.isNumber }.count
    let rest = name.dropLast(digits)
    guard digits > 0, digits < 9, let number = Int(name.suffix(digits)),
      rest.hasSuffix("TQ") || rest.hasSuffix("TY"), rest.hasSuffix("TQ") || number > 0
    else { return nil }
    function = String(rest.dropLast(2))
    self.number = number
  }

  private init(_ function: String, _ number: Int) {
    self.function = function
    self.number = number
  }

  /// Whether a function is async, by its type in its mangled name.
  ///
  /// Also true of some that have these letters in a name of theirs.
  static func isAsync(_ mangled: String) -> Bool { mangled.contains("Ya") }

  /// The piece that comes after it.
  var next: AsyncPiece { AsyncPiece(function, number + 1) }
}

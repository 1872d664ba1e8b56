/// Finds the source position of an address.
///
/// The first question runs all line programs once and keeps only where every thousandth row is;
/// every question then runs the rows from there. So the table of a large program is small, and no
/// question takes long, however long a sequence of rows is.
struct LineTable: Sendable {
  /// Rows of ascending address, between `low` and `high`.
  private struct Piece {
    let low: UInt64
    let high: UInt64
    let unit: Int
    /// Where its part of the line program begins.
    let start: Int
    /// The row before its first; nil at the beginning of a sequence.
    let row: LineRow?
  }

  /// How many rows a piece has.
  private static let pieceLength = 1_024
  /// How many rows are searched for one with a line, when that of an address has none.
  private static let searchLimit = 65_536
  /// The most rows of all line programs that are run.
  private static let rowLimit = 1 << 26
  /// How many tables of files are kept.
  private static let fileTableLimit = 16

  private var section: ByteView?
  private var strings = DWARFStrings()
  private var units: [LineUnit] = []
  private var pieces: [Piece] = []
  private var fileTables: [Int: FileTable] = [:]
  private var rowsLeft = rowLimit
  /// The units of debug information, which say where the compiler ran.
  private(set) var debugUnits = DebugUnits()

  /// A table without lines.
  init() {}

  /// Reads `.debug_line` and what it refers to.
  init(_ file: ELFFile) throws(SymbolicationError) {
    guard let section = try file.contents(ofSectionNamed: ".debug_line") else { return }
    self.section = section
    strings = DWARFStrings(file)
    debugUnits = try DebugUnits(file)
    let code = file.segments.filter { $0.isLoaded && $0.isExecutable }
    var cursor = ByteCursor(section)
    while !cursor.isAtEnd, rowsLeft > 0 {
      let unit: LineUnit?
      do { unit = try LineUnit.read(&cursor) } catch { break }
      guard let unit else { continue }
      units.append(unit)
      try? readPieces(of: unit, code: code)
    }
    pieces.sort { ($0.low, $0.high) < ($1.low, $1.high) }
  }

  /// Whether it has no lines at all.
  var isEmpty: Bool { pieces.isEmpty }

  private mutating func readPieces(
    of unit: LineUnit, code: [ELFSegment]
  ) throws(SymbolicationError) {
    guard let section else { return }
    var program = try LineProgram(unit, in: section)
    var start = program.offset
    var before: LineRow?
    var low: UInt64?
    var count = 0
    // The linker leaves rows of code it dropped at address 0, or at the end of the numbers.
    var isDropped = false
    while rowsLeft > 0, let row = try program.next() {
      rowsLeft -= 1
      count += 1
      if low == nil {
        low = row.address
        isDropped = !code.contains { $0.covers(row.address) }
      }
      guard let first = low, row.endsSequence || count >= Self.pieceLength else { continue }
      if first < row.address {
        if !isDropped {
          pieces.append(
            Piece(
              low: first, high: row.address, unit: units.count - 1, start: start, row: before))
        }
      } else if !row.endsSequence {
        continue
      }
      start = program.offset
      count = 0
      (low, before) = row.endsSequence ? (nil, nil) : (row.address, row)
    }
  }

  /// The source position of the instruction at an address.
  ///
  /// Code the compiler made up has line 0; it is given the line of the code before it in the same
  /// function, else of that after it, since that is what a person would look for.
  ///
  /// `function` is the code of the function of the address.
  mutating func source(of address: UInt64, function: Range<UInt64>) -> SourceLine? {
    guard let section, var index = pieceIndex(of: address) else { return nil }
    let unit = pieces[index].unit
    // What comes before in the function may be in the piece before.
    if pieces[index].row != nil, function.lowerBound < pieces[index].low, index > 0,
      pieces[index - 1].unit == unit, pieces[index - 1].high == pieces[index].low
    {
      index -= 1
    }
    let piece = pieces[index]
    guard
      var program = try? LineProgram(units[unit], in: section, at: piece.start, after: piece.row)
    else { return nil }
    var covering = piece.row ?? LineRow()
    var written = LineRow(line: 0)
    if covering.line > 0, piece.row != nil, covering.address >= function.lowerBound {
      written = covering
    }
    for _ in 0..<Self.searchLimit {
      guard let row = try? program.next(), !row.endsSequence else { break }
      if row.address <= address {
        covering = row
      } else if covering.line > 0 || written.line > 0 || row.address >= function.upperBound {
        break
      }
      if row.line > 0, row.address >= function.lowerBound { written = row }
    }
    let found = covering.line > 0 ? covering : written
    guard found.line > 0, let path = path(ofFile: found.file, unit: unit) else { return nil }
    return SourceLine(file: path, line: Int(found.line), column: Int(found.column))
  }

  /// The first address of a statement in a range of code; nil if it has none.
  ///
  /// What has the position of the function's declaration is no statement. Where the beginning of
  /// the code has the line of a statement and no column, the statement is further on.
  func statement(in range: Range<UInt64>, besides declaration: LineRow?) -> UInt64? {
    let first = firstRow(in: range) { row in
      guard let declaration, row.line == declaration.line, row.file == declaration.file else {
        return declaration != nil || row.column > 0
      }
      return row.column > 0 && row.column != declaration.column
    }
    guard let first, first.column == 0 else { return first?.address }
    let whole = firstRow(in: range) {
      $0.line == first.line && $0.file == first.file && $0.column > 0
    }
    return (whole ?? first).address
  }

  /// The position of the declaration of a function, by the code that it begins with.
  func declaration(ofFunctionAt range: Range<UInt64>) -> LineRow? {
    guard let first = firstRow(in: range, where: { _ in true }) else { return nil }
    return firstRow(in: range) { $0.line == first.line && $0.column > 0 } ?? first
  }

  /// Where the code that enters a function ends, which begins at the start of a range.
  func endOfPrologue(in range: Range<UInt64>) -> UInt64? {
    let rest = range.lowerBound + 1..<max(range.lowerBound + 1, range.upperBound)
    return firstRow(in: rest, hasLine: false) { _ in true }?.address
  }

  /// The first row that is as is asked; with `hasLine`, of those that have a line.
  private func firstRow(
    in range: Range<UInt64>, hasLine: Bool = true, where isWanted: (LineRow) -> Bool
  ) -> LineRow? {
    guard let section, let index = pieceIndex(of: range.lowerBound) else { return nil }
    let piece = pieces[index]
    guard
      var program = try? LineProgram(
        units[piece.unit], in: section, at: piece.start, after: piece.row)
    else { return nil }
    for _ in 0..<Self.searchLimit {
      guard let row = try? program.next(), !row.endsSequence, row.address < range.upperBound
      else { return nil }
      if range.contains(row.address), row.line > 0 || !hasLine, isWanted(row) { return row }
    }
    return nil
  }

  /// The units of debug information that may hold the code at an address.
  func debugUnits(of address: UInt64) -> [DebugUnit] {
    guard let index = pieceIndex(of: address) else { return [] }
    return debugUnits.units(withLineTable: units[pieces[index].unit].offset)
  }

  /// The path of a file by its number in the line table of the code at an address.
  mutating func path(ofFile number: UInt64, at address: UInt64) -> String? {
    guard let index = pieceIndex(of: address) else { return nil }
    return path(ofFile: number, unit: pieces[index].unit)
  }

  private mutating func path(ofFile number: UInt64, unit: Int) -> String? {
    if let known = fileTables[unit] { return known.path(ofFile: number) }
    guard let section else { return nil }
    let directory = compilationDirectory(ofLineTable: units[unit].offset)
    guard
      let table = try? FileTable(
        units[unit], in: section, strings: strings, compilationDirectory: directory)
    else { return nil }
    if fileTables.count >= Self.fileTableLimit { fileTables.removeAll() }
    fileTables[unit] = table
    return table.path(ofFile: number)
  }

  private func compilationDirectory(ofLineTable offset: Int) -> String? {
    guard let info = debugUnits.info else { return nil }
    return debugUnits.units(withLineTable: offset).lazy
      .compactMap { strings.text($0.directory, in: info, of: $0) }.first
  }

  private func pieceIndex(of address: UInt64) -> Int? {
    var low = 0
    var high = pieces.count
    while low < high {
      let middle = (low + high) / 2
      if pieces[middle].low <= address { low = middle + 1 } else { high = middle }
    }
    guard low > 0, address < pieces[low - 1].high else { return nil }
    return low - 1
  }
}

/// Where in the source a piece of code is from, as a line table says.
struct SourceLine: Sendable, Equatable {
  let file: String
  let line: Int
  let column: Int
}

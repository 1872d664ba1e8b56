/// Finds the source position of an address.
///
/// The first question runs all line programs once and keeps only where each sequence of rows is;
/// every question then runs the one sequence it needs. So the table of a large program takes
/// 32 bytes for each sequence, and no row is kept.
struct LineTable: Sendable {
  /// Rows of ascending address, between `low` and `high`.
  private struct Sequence {
    let low: UInt64
    let high: UInt64
    let unit: Int
    /// Where its part of the line program begins.
    let start: Int
  }

  private var section: ByteView?
  private var strings = DWARFStrings()
  private var directories = CompilationDirectories()
  private var units: [LineUnit] = []
  private var sequences: [Sequence] = []

  /// A table without lines.
  init() {}

  /// Reads `.debug_line` and what it refers to.
  init(_ file: ELFFile) throws(SymbolicationError) {
    guard let section = try file.contents(ofSectionNamed: ".debug_line") else { return }
    self.section = section
    strings = DWARFStrings(file)
    directories = try CompilationDirectories(file, strings: strings)
    let code = file.segments.filter { $0.isLoaded && $0.isExecutable }
    var cursor = ByteCursor(section)
    while !cursor.isAtEnd {
      let unit: LineUnit?
      do { unit = try LineUnit.read(&cursor) } catch { break }
      guard let unit else { continue }
      units.append(unit)
      try? readSequences(of: unit, code: code)
    }
    sequences.sort { ($0.low, $0.high) < ($1.low, $1.high) }
  }

  private mutating func readSequences(
    of unit: LineUnit, code: [ELFSegment]
  ) throws(SymbolicationError) {
    guard let section else { return }
    var program = try LineProgram(unit, in: section)
    var start = program.offset
    var low: UInt64?
    while let row = try program.next() {
      low = low ?? row.address
      guard row.endsSequence, let first = low else { continue }
      // The linker leaves rows of code it dropped at address 0, or at the end of the numbers.
      if first < row.address, code.contains(where: { $0.covers(first) }) {
        sequences.append(
          Sequence(low: first, high: row.address, unit: units.count - 1, start: start))
      }
      start = program.offset
      low = nil
    }
  }

  /// The source position of the instruction at an address.
  ///
  /// Code the compiler made up has line 0; it is given the line of the code before it in the same
  /// function, else of that after it, since that is what a person would look for.
  ///
  /// `function` is the code of the function of the address.
  func position(of address: UInt64, function: Range<UInt64>) -> SourcePosition? {
    guard let section, let sequence = sequence(of: address) else { return nil }
    let unit = units[sequence.unit]
    guard var program = try? LineProgram(unit, in: section, at: sequence.start) else { return nil }
    var covering = LineRow()
    var written = LineRow(line: 0)
    while let row = try? program.next(), !row.endsSequence {
      if row.address <= address {
        covering = row
      } else if covering.line > 0 || written.line > 0 || row.address >= function.upperBound {
        break
      }
      if row.line > 0, row.address >= function.lowerBound { written = row }
    }
    let found = covering.line > 0 ? covering : written
    guard found.line > 0,
      let files = try? FileTable(
        unit, in: section, strings: strings, compilationDirectory: directories[unit.offset]),
      let path = files.path(ofFile: found.file)
    else { return nil }
    return SourcePosition(file: path, line: Int(found.line), column: Int(found.column))
  }

  private func sequence(of address: UInt64) -> Sequence? {
    var low = 0
    var high = sequences.count
    while low < high {
      let middle = (low + high) / 2
      if sequences[middle].low <= address { low = middle + 1 } else { high = middle }
    }
    guard low > 0, address < sequences[low - 1].high else { return nil }
    return sequences[low - 1]
  }
}

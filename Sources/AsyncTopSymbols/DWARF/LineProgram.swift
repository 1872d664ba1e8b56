/// The machine that turns the line program of a unit into rows (DWARF 5, section 6.2).
struct LineProgram {
  private let unit: LineUnit
  private var cursor: ByteCursor
  private var row: LineRow

  /// Begins at a position in `.debug_line`, by default where the unit's first sequence begins.
  ///
  /// `row` is the one before that position, if it isn't the beginning of a sequence.
  init(
    _ unit: LineUnit, in section: ByteView, at start: Int? = nil, after row: LineRow? = nil
  ) throws(SymbolicationError) {
    self.unit = unit
    self.row = row ?? LineRow()
    // The view ends with the unit, so a bad program can't wander into the next one.
    let bytes = try section.part(at: 0, count: UInt64(unit.program.upperBound))
    cursor = ByteCursor(bytes)
    try cursor.move(to: UInt64(start ?? unit.program.lowerBound))
  }

  /// Where the next instruction is.
  var offset: Int { cursor.offset }

  /// The next row; nil at the end of the program.
  mutating func next() throws(SymbolicationError) -> LineRow? {
    if row.endsSequence { row = LineRow() }
    while !cursor.isAtEnd {
      let opcode = try cursor.readByte()
      if opcode >= unit.opcodeBase {
        advance(special: opcode - unit.opcodeBase, movesLine: true)
        return row
      }
      if try execute(opcode) { return row }
    }
    return nil
  }

  private mutating func advance(special: UInt8, movesLine: Bool) {
    let instructions = UInt64(special / unit.lineRange)
    row.address &+= instructions &* UInt64(unit.minimumInstructionLength)
    guard movesLine else { return }
    moveLine(Int64(unit.lineBase) + Int64(special % unit.lineRange))
  }

  private mutating func moveLine(_ distance: Int64) {
    row.line = UInt32(truncatingIfNeeded: Int64(row.line) &+ distance)
  }

  /// Does one standard or extended instruction.
  ///
  /// - Returns: Whether it made a row.
  private mutating func execute(_ opcode: UInt8) throws(SymbolicationError) -> Bool {
    switch opcode {
    case 0: return try executeExtended()
    case 1: return true
    case 2: row.address &+= try cursor.readULEB() &* UInt64(unit.minimumInstructionLength)
    case 3: moveLine(try cursor.readSLEB())
    case 4: row.file = try cursor.readULEB()
    case 5: row.column = UInt32(truncatingIfNeeded: try cursor.readULEB())
    case 6, 7, 10, 11: break  // statements, blocks, prologues and epilogues don't matter here
    case 8: advance(special: 255 - unit.opcodeBase, movesLine: false)
    case 9: row.address &+= UInt64(try cursor.read(UInt16.self))
    default:
      for _ in 0..<unit.operandCounts[Int(opcode) - 1] { _ = try cursor.readULEB() }
    }
    return false
  }

  private mutating func executeExtended() throws(SymbolicationError) -> Bool {
    let length = try cursor.readULEB()
    guard length > 0 else { return false }
    guard length <= UInt64(cursor.remaining) else { throw cursor.bytes.truncated(at: length) }
    let end = UInt64(cursor.offset) + length
    switch try cursor.read(UInt8.self) {
    case 1: row.endsSequence = true
    case 2: row.address = try readAddress(size: length - 1)
    default: break  // file definitions and discriminators don't matter here
    }
    try cursor.move(to: end)
    return row.endsSequence
  }

  private mutating func readAddress(size: UInt64) throws(SymbolicationError) -> UInt64 {
    size == 4 ? UInt64(try cursor.read(UInt32.self)) : try cursor.read(UInt64.self)
  }
}

/// One row of a line table: from this address on, code comes from this line.
struct LineRow: Sendable {
  var address: UInt64 = 0
  var file: UInt64 = 1
  /// Zero where the compiler made up the code.
  var line: UInt32 = 1
  var column: UInt32 = 0
  /// Whether the row only tells where the code before it ends.
  var endsSequence = false
}

/// The line table of one compilation unit: its header, and where its parts are.
struct LineUnit: Sendable {
  /// Where the unit begins in `.debug_line`.
  let offset: Int
  let format: DWARFFormat
  let minimumInstructionLength: UInt8
  let lineBase: Int8
  let lineRange: UInt8
  let opcodeBase: UInt8
  /// The number of operands of each standard opcode, from opcode 1.
  let operandCounts: [UInt8]
  /// Where the tables of directories and files begin.
  let tables: Int
  /// Where the line program is.
  let program: Range<Int>

  /// Reads the header at the cursor, and leaves the cursor behind the whole unit.
  ///
  /// - Returns: Nil for a unit that can't be read, or whose version this reader doesn't know.
  /// - Throws: When even the unit's length is damaged, so that nothing behind it can be found.
  static func read(_ cursor: inout ByteCursor) throws(SymbolicationError) -> LineUnit? {
    let offset = cursor.offset
    let (length, is64Bit) = try cursor.readUnitLength()
    var header = cursor
    try cursor.skip(length)
    return try? LineUnit(&header, offset: offset, end: cursor.offset, is64Bit: is64Bit)
  }

  private init?(
    _ cursor: inout ByteCursor, offset: Int, end: Int, is64Bit: Bool
  ) throws(SymbolicationError) {
    self.offset = offset
    let version = try cursor.read(UInt16.self)
    guard (2...5).contains(version) else { return nil }
    var addressSize: UInt8 = 8
    if version >= 5 {
      addressSize = try cursor.read(UInt8.self)
      try cursor.skip(1)  // the size of a segment selector
    }
    format = DWARFFormat(version: version, is64Bit: is64Bit, addressSize: addressSize)
    let headerLength = try cursor.readOffset(is64Bit: is64Bit)
    let headerEnd = UInt64(cursor.offset).addingReportingOverflow(headerLength)
    minimumInstructionLength = try cursor.read(UInt8.self)
    if version >= 4 { try cursor.skip(1) }  // how many operations an instruction has: 1
    try cursor.skip(1)  // whether rows are statements by default
    lineBase = try cursor.read(Int8.self)
    lineRange = try cursor.read(UInt8.self)
    opcodeBase = try cursor.read(UInt8.self)
    guard lineRange > 0, opcodeBase > 0, !headerEnd.overflow, headerEnd.partialValue <= end else {
      throw SymbolicationError(
        .malformed, path: cursor.bytes.path, "the line table at byte \(offset) has a bad header")
    }
    var counts: [UInt8] = []
    for _ in 1..<opcodeBase { counts.append(try cursor.read(UInt8.self)) }
    operandCounts = counts
    tables = cursor.offset
    program = Int(headerEnd.partialValue)..<end
  }
}

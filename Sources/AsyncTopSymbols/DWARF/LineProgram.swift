/// The machine that turns the line program of a unit into rows (DWARF 5, section 6.2).
struct LineProgram {
  private let unit: LineUnit
  private var cursor: ByteCursor
  private var row: LineRow

  /// Begins at a place in `.debug_line`, by default where the unit's first sequence begins.
  ///
  /// `row` is the one before that place, if it isn't the beginning of a sequence.
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

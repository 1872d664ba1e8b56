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

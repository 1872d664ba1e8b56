/// Writes a unit of `.debug_line`, for tests.
struct LineProgramBuilder {
  var version: UInt16 = 4
  /// For a unit of DWARF 5, the first is where the compiler ran.
  var directories: [String] = []
  var files: [(name: String, directory: UInt64)] = []
  private var program = ByteList()

  init(version: UInt16, directories: [String], files: [(name: String, directory: UInt64)]) {
    self.version = version
    self.directories = directories
    self.files = files
  }

  mutating func setAddress(_ address: UInt64) {
    program.append([0, 9, 2])
    program.append(address)
  }

  mutating func setFile(_ file: UInt64) {
    program.append([4])
    program.appendULEB(file)
  }

  /// Makes a row, `distance` bytes and `lines` lines further, by the special opcode for it.
  mutating func addSpecialRow(distance: UInt8, lines: Int8) {
    program.append([UInt8(Int(lines) + 5) + 14 * distance + 13])
  }

  /// Makes a row, `distance` bytes and `lines` lines further, by the instructions for each.
  mutating func addRow(distance: UInt64, lines: Int8, column: UInt64 = 0) {
    program.append([2])
    program.appendULEB(distance)
    program.append([3, UInt8(bitPattern: lines) & 0x7f, 5])
    program.appendULEB(column)
    program.append([1])
  }

  mutating func endSequence(distance: UInt64) {
    program.append([2])
    program.appendULEB(distance)
    program.append([0, 1, 1])
  }

  var bytes: [UInt8] {
    var header = ByteList()
    header.append([1])  // the shortest instruction
    if version >= 4 { header.append([1]) }
    header.append([1, UInt8(bitPattern: -5), 14, 13])
    header.append([0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1])
    header.append(version >= 5 ? newTables : oldTables)

    var unit = ByteList()
    unit.append(version)
    if version >= 5 { unit.append([8, 0]) }
    unit.append(UInt32(header.count))
    unit.append(header.bytes)
    unit.append(program.bytes)
    var whole = ByteList()
    whole.append(UInt32(unit.count))
    whole.append(unit.bytes)
    return whole.bytes
  }

  private var oldTables: [UInt8] {
    var tables = ByteList()
    for directory in directories { tables.append(directory) }
    tables.append([0])
    for file in files {
      tables.append(file.name)
      tables.appendULEB(file.directory)
      tables.append([0, 0])
    }
    tables.append([0])
    return tables.bytes
  }

  private var newTables: [UInt8] {
    var tables = ByteList()
    tables.append([1, 1, 0x08])  // a directory is a text
    tables.appendULEB(UInt64(directories.count))
    for directory in directories { tables.append(directory) }
    tables.append([3, 1, 0x08, 2, 0x0b, 5, 0x1e])  // a text, a byte, and a checksum
    tables.appendULEB(UInt64(files.count))
    for file in files {
      tables.append(file.name)
      tables.append([UInt8(file.directory)] + [UInt8](repeating: 0xa5, count: 16))
    }
    return tables.bytes
  }
}

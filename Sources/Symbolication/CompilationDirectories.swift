/// Where the compiler ran for each compilation unit, by the place of the unit's line table.
///
/// Line tables before DWARF 5 leave this to `.debug_info`, of which only the first entry of each
/// unit is read.
struct CompilationDirectories: Sendable {
  private struct Attribute {
    let name: UInt64
    let form: UInt64
  }

  /// The form of an attribute whose value stands in the abbreviation.
  private static let implicitConstant: UInt64 = 0x21

  /// How far the tables are searched: the entry of a compilation unit is their first, or nearly so,
  /// and a damaged file must not make this slow.
  private static let abbreviationLimit = 64
  private static let attributeLimit = 256

  private var directories: [UInt64: String] = [:]

  /// No directories.
  init() {}

  init(_ file: ELFFile, strings: DWARFStrings) throws(SymbolicationError) {
    guard let info = try file.contents(ofSectionNamed: ".debug_info"),
      let abbreviations = try file.contents(ofSectionNamed: ".debug_abbrev")
    else { return }
    var cursor = ByteCursor(info)
    while !cursor.isAtEnd {
      guard let (length, is64Bit) = try? cursor.readUnitLength() else { return }
      var unit = cursor
      guard (try? cursor.skip(length)) != nil else { return }
      // A unit that can't be read costs its own directory and no other.
      try? readUnit(&unit, is64Bit, abbreviations, strings)
    }
  }

  /// The directory of the unit whose line table begins at `offset` of `.debug_line`.
  subscript(offset: Int) -> String? { directories[UInt64(offset)] }

  private mutating func readUnit(
    _ cursor: inout ByteCursor, _ is64Bit: Bool, _ abbreviations: ByteView, _ strings: DWARFStrings
  ) throws(SymbolicationError) {
    let version = try cursor.read(UInt16.self)
    // From DWARF 5 on the line table says it itself.
    guard (2...4).contains(version) else { return }
    let abbreviationTable = try cursor.readOffset(is64Bit: is64Bit)
    let addressSize = try cursor.read(UInt8.self)
    let code = try cursor.readULEB()
    guard code != 0,
      let attributes = try Self.attributes(of: code, in: abbreviations, at: abbreviationTable)
    else { return }

    var lineTable: UInt64?
    var directory: String?
    for attribute in attributes {
      guard attribute.form != Self.implicitConstant else { continue }
      let value = try cursor.readForm(
        attribute.form, is64Bit: is64Bit, addressSize: addressSize)
      switch attribute.name {
      case 0x10: lineTable = value.number
      case 0x1b: directory = strings.text(value)
      default: break
      }
      if let lineTable, let directory {
        directories[lineTable] = directory
        return
      }
    }
  }

  /// What an entry with this abbreviation consists of; nil if the table doesn't have it.
  private static func attributes(
    of code: UInt64, in abbreviations: ByteView, at table: UInt64
  ) throws(SymbolicationError) -> [Attribute]? {
    var cursor = ByteCursor(abbreviations)
    try cursor.move(to: table)
    for _ in 0..<abbreviationLimit {
      let candidate = try cursor.readULEB()
      guard candidate != 0 else { return nil }
      _ = try cursor.readULEB()  // what kind of entry
      try cursor.skip(1)  // whether it has children
      var attributes: [Attribute] = []
      while attributes.count < attributeLimit, let attribute = try attribute(&cursor) {
        attributes.append(attribute)
      }
      if candidate == code { return attributes }
    }
    return nil
  }

  private static func attribute(
    _ cursor: inout ByteCursor
  ) throws(SymbolicationError) -> Attribute? {
    let name = try cursor.readULEB()
    let form = try cursor.readULEB()
    if form == implicitConstant { _ = try cursor.readSLEB() }
    return name == 0 && form == 0 ? nil : Attribute(name: name, form: form)
  }
}

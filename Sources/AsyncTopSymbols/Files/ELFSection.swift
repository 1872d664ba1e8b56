/// A section header.
struct ELFSection: Sendable {
  static let size = 64
  static let noBits: UInt32 = 8
  static let note: UInt32 = 7

  let nameOffset: UInt32
  let type: UInt32
  let flags: UInt64
  let address: UInt64
  let offset: UInt64
  let byteCount: UInt64
  /// The index of a section this one refers to, such as the names of a symbol table.
  let link: UInt32
  let alignment: UInt64

  init(_ cursor: inout ByteCursor) throws(SymbolicationError) {
    nameOffset = try cursor.read(UInt32.self)
    type = try cursor.read(UInt32.self)
    flags = try cursor.read(UInt64.self)
    address = try cursor.read(UInt64.self)
    offset = try cursor.read(UInt64.self)
    byteCount = try cursor.read(UInt64.self)
    link = try cursor.read(UInt32.self)
    _ = try cursor.read(UInt32.self)  // what else it says
    alignment = try cursor.read(UInt64.self)
    _ = try cursor.read(UInt64.self)  // the size of an entry
  }

  /// How many bytes of memory it has from an address on; 0 outside of it.
  func rest(from place: UInt64) -> UInt64 {
    place >= address && place - address < byteCount ? byteCount - (place - address) : 0
  }

  /// Whether its contents are compressed (`SHF_COMPRESSED`).
  var isCompressed: Bool { flags & 0x800 != 0 }
}

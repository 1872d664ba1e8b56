/// A program header: a part of the file that is mapped into the process.
struct ELFSegment: Sendable {
  static let load: UInt32 = 1
  static let note: UInt32 = 4
  static let size = 56

  let type: UInt32
  let flags: UInt32
  let offset: UInt64
  /// The address in the file's own numbering, before the load bias is added.
  let address: UInt64
  let fileSize: UInt64
  let memorySize: UInt64
  let alignment: UInt64

  init(_ cursor: inout ByteCursor) throws(SymbolicationError) {
    type = try cursor.read(UInt32.self)
    flags = try cursor.read(UInt32.self)
    offset = try cursor.read(UInt64.self)
    address = try cursor.read(UInt64.self)
    _ = try cursor.read(UInt64.self)  // the physical address
    fileSize = try cursor.read(UInt64.self)
    memorySize = try cursor.read(UInt64.self)
    alignment = try cursor.read(UInt64.self)
  }

  var isLoaded: Bool { type == Self.load }
  var isExecutable: Bool { flags & 1 != 0 }
  var isWritable: Bool { flags & 2 != 0 }

  /// Whether the file holds the byte at this address.
  func holds(_ address: UInt64) -> Bool {
    address >= self.address && address - self.address < fileSize
  }

  /// Whether the byte at this address belongs to the segment once it is loaded.
  func covers(_ address: UInt64) -> Bool {
    address >= self.address && address - self.address < memorySize
  }
}

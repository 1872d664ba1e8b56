import Synchronization

/// A 64-bit little-endian ELF file on disk.
///
/// Opening it reads the headers only. The file is not trusted: what lies outside of it is an error,
/// or a part that isn't there, never a crash.
struct ELFFile: Sendable {
  /// The largest section that is read from its beginning to its end.
  static let sectionLimit: UInt64 = 1 << 30

  /// Sections that were looked up, since unpacking one takes time and memory.
  private final class Sections: Sendable {
    let contents = Mutex<[String: Result<ByteView?, SymbolicationError>]>([:])
  }

  let segments: [ELFSegment]
  let sections: [ELFSection]
  private let source: ByteSource
  private let bytes: ByteView
  private let sectionNames: ByteView?
  private let known = Sections()

  init(path: String) throws(SymbolicationError) {
    try self.init(ByteSource(path: path))
  }

  init(_ source: ByteSource) throws(SymbolicationError) {
    let bytes = ByteView(source)
    var cursor = ByteCursor(bytes)
    guard bytes.count >= 64, try cursor.read(UInt32.self) == 0x464c_457f else {
      throw SymbolicationError(.notELF, path: bytes.path, "this is not an ELF file")
    }
    guard try cursor.read(UInt8.self) == 2, try cursor.read(UInt8.self) == 1 else {
      throw SymbolicationError(
        .notELF, path: bytes.path, "this is not a 64-bit little-endian ELF file")
    }
    let segmentTable = try bytes.load(UInt64.self, at: 32)
    let sectionTable = try bytes.load(UInt64.self, at: 40)
    let segmentCount = Int(try bytes.load(UInt16.self, at: 56))
    let sectionCount = Int(try bytes.load(UInt16.self, at: 60))
    let namesIndex = Int(try bytes.load(UInt16.self, at: 62))

    var segments: [ELFSegment] = []
    try cursor.move(to: segmentTable)
    for _ in 0..<segmentCount { segments.append(try ELFSegment(&cursor)) }

    // A file without its section headers still tells which addresses are its own.
    var sections: [ELFSection] = []
    if sectionTable > 0, (try? cursor.move(to: sectionTable)) != nil {
      while sections.count < sectionCount, let section = try? ELFSection(&cursor) {
        sections.append(section)
      }
    }
    self.source = source
    self.bytes = bytes
    self.segments = segments
    self.sections = sections
    self.sectionNames =
      sections.indices.contains(namesIndex)
      ? try? bytes.part(
        at: sections[namesIndex].offset, count: sections[namesIndex].byteCount) : nil
  }

  var path: String { bytes.path }

  /// The number of the file on its device; nil for bytes that are in no file.
  var node: UInt64? { source.node }

  /// All bytes of the file.
  var contents: ByteView { bytes }

  /// The first section of a name.
  func section(named name: String) -> ELFSection? {
    guard let sectionNames else { return nil }
    return sections.first { sectionNames.holds(name, at: Int($0.nameOffset)) }
  }

  /// The bytes of a section, unpacked if they are compressed.
  func contents(of section: ELFSection) throws(SymbolicationError) -> ByteView {
    guard section.type != ELFSection.noBits else { return try bytes.part(at: 0, count: 0) }
    guard section.byteCount <= Self.sectionLimit else {
      throw SymbolicationError(
        .unsupported, path: path, "it has a section of more than \(Self.sectionLimit >> 20) MiB")
    }
    let stored = try bytes.part(at: section.offset, count: section.byteCount)
    return section.isCompressed ? try CompressedSection(stored).unpacked() : stored
  }

  /// The bytes of the section of a name; nil if there is none.
  func contents(ofSectionNamed name: String) throws(SymbolicationError) -> ByteView? {
    if let result = known.contents.withLock({ $0[name] }) { return try result.get() }
    let result = Result { () throws(SymbolicationError) in
      guard let section = section(named: name), section.type != ELFSection.noBits else {
        return nil as ByteView?
      }
      return try contents(of: section)
    }
    known.contents.withLock { $0[name] = result }
    return try result.get()
  }

  /// Whether it has a section of this name with something in it.
  func holds(sectionNamed name: String) -> Bool {
    section(named: name).map { $0.type != ELFSection.noBits && $0.byteCount > 0 } ?? false
  }

  /// The text at an address of constant data.
  ///
  /// Nil when the address is elsewhere, or no NUL follows within `limit` bytes.
  func string(at address: UInt64, limit: Int) -> String? {
    guard let segment = segments.first(where: { $0.isLoaded && $0.holds(address) }),
      !segment.isWritable || isConstant(address),
      let part = try? bytes.part(at: segment.offset, count: segment.fileSize)
    else { return nil }
    return part.string(at: Int(address - segment.address), limit: limit)
  }

  /// Whether an address lies in the section of constants, which the gold linker puts into a
  /// writable segment when constants that need relocation are merged into it.
  private func isConstant(_ address: UInt64) -> Bool {
    guard let section = section(named: ".rodata") else { return false }
    return address >= section.address && address - section.address < section.byteCount
  }
}

extension ELFFile {
  /// How far a table of notes is searched, in bytes.
  private static let noteLimit: UInt64 = 65_536
  /// The longest identity that is read.
  static let buildIDLimit: UInt32 = 64

  /// The identity the linker gave this build; nil if it gave none.
  ///
  /// It is taken from the segments of notes, as the process has it in its memory, or, in a file of
  /// debug information, whose segments are empty, from the sections.
  var buildID: [UInt8]? {
    for segment in segments where segment.type == ELFSegment.note {
      let size = min(segment.fileSize, Self.noteLimit)
      if let notes = try? contents.part(at: segment.offset, count: size),
        let found = Self.buildID(in: notes, alignment: segment.alignment)
      {
        return found
      }
    }
    for section in sections where section.type == ELFSection.note {
      let size = min(section.byteCount, Self.noteLimit)
      if let notes = try? contents.part(at: section.offset, count: size),
        let found = Self.buildID(in: notes, alignment: section.alignment)
      {
        return found
      }
    }
    return nil
  }

  /// The first note of type 3 (`NT_GNU_BUILD_ID`) and owner `GNU`.
  private static func buildID(in notes: ByteView, alignment: UInt64) -> [UInt8]? {
    let mask: UInt64 = alignment == 8 ? 7 : 3
    var cursor = ByteCursor(notes)
    while let nameSize = try? cursor.read(UInt32.self),
      let size = try? cursor.read(UInt32.self), let type = try? cursor.read(UInt32.self)
    {
      let name = cursor.offset
      let start = (UInt64(name) + UInt64(nameSize) + mask) & ~mask
      if type == 3, nameSize == 4, notes.holds("GNU", at: name), (1...buildIDLimit).contains(size) {
        return try? notes.bytes(at: Int(start), count: Int(size))
      }
      guard (try? cursor.move(to: (start + UInt64(size) + mask) & ~mask)) != nil else { break }
    }
    return nil
  }
}

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
  func rest(from position: UInt64) -> UInt64 {
    position >= address && position - address < byteCount ? byteCount - (position - address) : 0
  }

  /// Whether its contents are compressed (`SHF_COMPRESSED`).
  var isCompressed: Bool { flags & 0x800 != 0 }
}

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

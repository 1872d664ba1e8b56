/// A 64-bit little-endian ELF file on disk.
///
/// Opening it reads the headers only. The file is not trusted: what lies outside of it is an error,
/// or a part that isn't there, never a crash.
struct ELFFile: Sendable {
  /// The most program and section headers that are read, each.
  static let headerLimit = 65_535

  let segments: [ELFSegment]
  let sections: [ELFSection]
  private let bytes: ByteView
  private let sectionNames: ByteView?

  init(path: String) throws(SymbolicationError) {
    try self.init(ByteView(MappedFile(path: path)))
  }

  private init(_ bytes: ByteView) throws(SymbolicationError) {
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
    self.bytes = bytes
    self.segments = segments
    self.sections = sections
    self.sectionNames =
      sections.indices.contains(namesIndex)
      ? try? bytes.part(
        at: sections[namesIndex].offset, count: sections[namesIndex].byteCount) : nil
  }

  var path: String { bytes.path }

  /// The first section of a name.
  func section(named name: String) -> ELFSection? {
    guard let sectionNames else { return nil }
    return sections.first { (try? sectionNames.string(at: Int($0.nameOffset))) == name }
  }

  /// The bytes of a section.
  func contents(of section: ELFSection) throws(SymbolicationError) -> ByteView {
    guard !section.isCompressed else {
      throw SymbolicationError(
        .unsupported, path: path,
        "its debug information is compressed; link without --compress-debug-sections to see lines")
    }
    guard section.type != ELFSection.noBits else { return try bytes.part(at: 0, count: 0) }
    return try bytes.part(at: section.offset, count: section.byteCount)
  }

  /// The bytes of the section of a name; nil if there is none.
  func contents(ofSectionNamed name: String) throws(SymbolicationError) -> ByteView? {
    guard let section = section(named: name) else { return nil }
    return try contents(of: section)
  }

  /// The identity the linker gave this build; nil if it gave none.
  var buildID: [UInt8]? {
    guard let section = section(named: ".note.gnu.build-id"), section.type == ELFSection.note,
      let note = try? contents(of: section)
    else { return nil }
    var cursor = ByteCursor(note)
    guard let nameSize = try? cursor.read(UInt32.self),
      let size = try? cursor.read(UInt32.self), size <= 64,
      (try? cursor.skip(4 + (UInt64(nameSize) + 3) & ~3)) != nil
    else { return nil }
    let identity = (0..<size).compactMap { _ in try? cursor.read(UInt8.self) }
    return identity.count == Int(size) ? identity : nil
  }

  /// The text at an address of constant data.
  ///
  /// Nil when the address is elsewhere, or no NUL follows within `limit` bytes.
  func string(at address: UInt64, limit: Int) -> String? {
    guard let segment = segments.first(where: { $0.isLoaded && $0.holds(address) }),
      !segment.isWritable || isConstant(address),
      let part = try? bytes.part(at: segment.offset, count: segment.fileSize)
    else { return nil }
    let offset = Int(address - segment.address)
    guard let length = part.lengthOfString(at: offset, limit: limit) else { return nil }
    return part.text(at: offset, length: length)
  }

  /// Whether an address lies in the section of constants, which the gold linker puts into a
  /// writable segment when constants that need relocation are merged into it.
  private func isConstant(_ address: UInt64) -> Bool {
    guard let section = section(named: ".rodata") else { return false }
    return address >= section.address && address - section.address < section.byteCount
  }
}

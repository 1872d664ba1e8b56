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

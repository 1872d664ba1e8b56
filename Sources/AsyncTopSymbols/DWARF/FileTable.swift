/// The directories and files a line table speaks of.
struct FileTable: Sendable {
  private struct Entry {
    var name: DWARFValue = .skipped
    var directory = 0
  }

  /// The most directories, and files, that are read.
  private static let entryLimit = 65_536

  /// Absolute, or relative to the directory the compiler ran in.
  private var directories: [Entry] = []
  private var files: [Entry] = []
  private let compilationDirectory: String
  private let header: ByteView
  private let strings: DWARFStrings

  /// Reads the tables of a unit.
  ///
  /// `compilationDirectory` is where the compiler ran, which a unit before DWARF 5 doesn't say.
  init(
    _ unit: LineUnit, in section: ByteView, strings: DWARFStrings, compilationDirectory: String?
  ) throws(SymbolicationError) {
    header = try section.part(at: 0, count: UInt64(unit.program.lowerBound))
    self.strings = strings
    var cursor = ByteCursor(header)
    try cursor.move(to: UInt64(unit.tables))
    if unit.format.version >= 5 {
      directories = try Self.entries(&cursor, unit)
      files = try Self.entries(&cursor, unit)
      self.compilationDirectory = strings.text(directories.first?.name, in: header) ?? ""
    } else {
      self.compilationDirectory = compilationDirectory ?? ""
      // Both are counted from 1; directory 0 is where the compiler ran.
      directories = [Entry()]
      files = [Entry()]
      try readOldTables(&cursor)
    }
  }

  /// The path of a file by its number in the line program; nil if there is no such file.
  func path(ofFile number: UInt64) -> String? {
    guard number < files.count else { return nil }
    let file = files[Int(number)]
    guard let name = strings.text(file.name, in: header), !name.isEmpty else { return nil }
    guard directories.indices.contains(file.directory) else { return name }
    let folder = strings.text(directories[file.directory].name, in: header) ?? ""
    return Self.join(Self.join(compilationDirectory, folder), name)
  }

  private static func join(_ directory: String, _ path: String) -> String {
    if path.isEmpty || path == directory { return directory }
    if directory.isEmpty || path.utf8.first == UInt8(ascii: "/") { return path }
    return directory.utf8.last == UInt8(ascii: "/") ? directory + path : "\(directory)/\(path)"
  }

  private mutating func readOldTables(_ cursor: inout ByteCursor) throws(SymbolicationError) {
    while directories.count < Self.entryLimit {
      let position = cursor.offset
      if try cursor.skipString() == 0 { break }
      directories.append(Entry(name: .text(at: position)))
    }
    while files.count < Self.entryLimit {
      let position = cursor.offset
      if try cursor.skipString() == 0 { break }
      let directory = try cursor.readULEB()
      _ = try cursor.readULEB()  // when it was changed
      _ = try cursor.readULEB()  // how long it is
      files.append(Entry(name: .text(at: position), directory: Int(clamping: directory)))
    }
  }

  /// A table of DWARF 5, which says itself what its entries are made of.
  private static func entries(
    _ cursor: inout ByteCursor, _ unit: LineUnit
  ) throws(SymbolicationError) -> [Entry] {
    var format: [(content: UInt64, form: DWARFForm)] = []
    for _ in 0..<(try cursor.readByte()) {
      format.append((try cursor.readULEB(), DWARFForm(rawValue: try cursor.readULEB())))
    }
    let count = try cursor.readULEB()
    // Each entry takes at least a byte; without this a damaged count would keep us here for years.
    guard count <= UInt64(cursor.remaining), count <= entryLimit, count == 0 || !format.isEmpty
    else {
      throw SymbolicationError(
        .malformed, path: cursor.bytes.path, "a file table has \(count) entries in too few bytes")
    }
    var entries: [Entry] = []
    for _ in 0..<count {
      var entry = Entry()
      for (content, form) in format {
        let value = try cursor.read(form, unit.format)
        switch content {
        case 1: entry.name = value
        case 2: entry.directory = Int(clamping: value.number ?? 0)
        default: break  // times, sizes and checksums don't matter here
        }
      }
      entries.append(entry)
    }
    return entries
  }
}

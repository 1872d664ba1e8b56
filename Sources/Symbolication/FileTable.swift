/// The directories and files a line table speaks of.
struct FileTable: Sendable {
  private struct Entry {
    var name = ""
    var directory = 0
  }

  /// Absolute, or relative to the directory the compiler ran in.
  private var directories: [String] = []
  private var files: [Entry] = []

  /// Reads the tables of a unit.
  ///
  /// `compilationDirectory` is where the compiler ran, which a unit before DWARF 5 doesn't say.
  init(
    _ unit: LineUnit, in section: ByteView, strings: DWARFStrings, compilationDirectory: String?
  ) throws(SymbolicationError) {
    let header = try section.part(at: 0, count: UInt64(unit.program.lowerBound))
    var cursor = ByteCursor(header)
    try cursor.move(to: UInt64(unit.tables))
    if unit.version >= 5 {
      directories = try Self.entries(&cursor, unit, strings).map(\.name)
      files = try Self.entries(&cursor, unit, strings)
    } else {
      directories = [compilationDirectory ?? ""]
      // Files are counted from 1, so the first entry stands for none.
      files = [Entry()]
      try readOldTables(&cursor)
    }
  }

  /// The path of a file by its number in the line program; nil if there is no such file.
  func path(ofFile number: UInt64) -> String? {
    guard number < files.count else { return nil }
    let file = files[Int(number)]
    guard !file.name.isEmpty else { return nil }
    guard directories.indices.contains(file.directory) else { return file.name }
    let directory = Self.join(directories.first ?? "", directories[file.directory])
    return Self.join(directory, file.name)
  }

  private static func join(_ directory: String, _ path: String) -> String {
    if path.isEmpty || path == directory { return directory }
    if directory.isEmpty || path.utf8.first == UInt8(ascii: "/") { return path }
    return directory.utf8.last == UInt8(ascii: "/") ? directory + path : "\(directory)/\(path)"
  }

  private mutating func readOldTables(_ cursor: inout ByteCursor) throws(SymbolicationError) {
    while true {
      let directory = try cursor.readString()
      if directory.isEmpty { break }
      directories.append(directory)
    }
    while true {
      let name = try cursor.readString()
      if name.isEmpty { break }
      let directory = try cursor.readULEB()
      _ = try cursor.readULEB()  // when it was changed
      _ = try cursor.readULEB()  // how long it is
      files.append(Entry(name: name, directory: Int(clamping: directory)))
    }
  }

  /// A table of DWARF 5, which says itself what its entries are made of.
  private static func entries(
    _ cursor: inout ByteCursor, _ unit: LineUnit, _ strings: DWARFStrings
  ) throws(SymbolicationError) -> [Entry] {
    var format: [(content: UInt64, form: UInt64)] = []
    for _ in 0..<(try cursor.read(UInt8.self)) {
      format.append((try cursor.readULEB(), try cursor.readULEB()))
    }
    let count = try cursor.readULEB()
    // Each entry takes at least a byte; without this a damaged count would keep us here for years.
    guard count <= UInt64(cursor.remaining), count == 0 || !format.isEmpty else {
      throw SymbolicationError(
        .malformed, path: cursor.bytes.path, "a file table has \(count) entries in too few bytes")
    }
    var entries: [Entry] = []
    for _ in 0..<count {
      var entry = Entry()
      for (content, form) in format {
        let value = try cursor.readForm(
          form, is64Bit: unit.is64Bit, addressSize: unit.addressSize)
        switch content {
        case 1: entry.name = strings.text(value) ?? ""
        case 2: entry.directory = Int(clamping: value.number ?? 0)
        default: break  // times, sizes and checksums don't matter here
        }
      }
      entries.append(entry)
    }
    return entries
  }
}

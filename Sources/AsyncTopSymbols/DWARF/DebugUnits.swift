/// The units of `.debug_info`, of which only the first entry of each is read.
struct DebugUnits: Sendable {
  /// The most units that are read.
  private static let limit = 1 << 20

  private(set) var info: ByteView?
  private(set) var abbreviations: ByteView?
  /// In the order in which they stand.
  private var units: [DebugUnit] = []
  private var byLineTable: [UInt64: [Int]] = [:]

  /// No units.
  init() {}

  init(_ file: ELFFile) throws(SymbolicationError) {
    guard let info = try file.contents(ofSectionNamed: ".debug_info"),
      let abbreviations = try file.contents(ofSectionNamed: ".debug_abbrev")
    else { return }
    self.info = info
    self.abbreviations = abbreviations
    var cursor = ByteCursor(info)
    while !cursor.isAtEnd, units.count < Self.limit {
      let unit: DebugUnit?
      do { unit = try DebugUnit.read(&cursor, abbreviations: abbreviations) } catch { break }
      guard let unit else { continue }
      if let lineTable = unit.lineTable { byLineTable[lineTable, default: []].append(units.count) }
      units.append(unit)
    }
  }

  /// The units whose line table begins at a place of `.debug_line`.
  func units(withLineTable offset: Int) -> [DebugUnit] {
    (byLineTable[UInt64(offset)] ?? []).map { units[$0] }
  }

  /// The unit that holds a place of `.debug_info`.
  func unit(holding place: UInt64) -> DebugUnit? {
    var low = 0
    var high = units.count
    while low < high {
      let middle = (low + high) / 2
      if UInt64(units[middle].offset) <= place { low = middle + 1 } else { high = middle }
    }
    guard low > 0, place < UInt64(units[low - 1].entries.upperBound) else { return nil }
    return units[low - 1]
  }
}

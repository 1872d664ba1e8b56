/// A compilation unit of `.debug_info`: its header, and what its first entry says.
struct DebugUnit: Sendable {
  /// How far the abbreviations are searched for that of the first entry, which is their first, or
  /// nearly so; a damaged file must not make this slow.
  private static let abbreviationLimit = 64

  /// Where it begins in `.debug_info`.
  let offset: Int
  /// Its entries.
  let entries: Range<Int>
  let format: DWARFFormat
  /// Where its abbreviations begin in `.debug_abbrev`.
  let abbreviations: UInt64

  /// Where its line table begins in `.debug_line`.
  private(set) var lineTable: UInt64?
  /// Where the compiler ran.
  private(set) var directory: DWARFValue?
  /// What its ranges of addresses are counted from.
  private(set) var lowAddress: DWARFValue?
  private(set) var stringOffsetsBase: UInt64?
  private(set) var addressBase: UInt64?
  private(set) var rangeListsBase: UInt64?

  /// Reads the unit at the cursor, and leaves the cursor behind it.
  ///
  /// - Returns: Nil for a unit that can't be read, or whose version or kind this reader doesn't
  ///   know.
  /// - Throws: When even its length is damaged, so that nothing behind it can be found.
  static func read(
    _ cursor: inout ByteCursor, abbreviations: ByteView
  ) throws(SymbolicationError) -> DebugUnit? {
    let offset = cursor.offset
    let (length, is64Bit) = try cursor.readUnitLength()
    var header = cursor
    try cursor.skip(length)
    guard
      var unit = try? DebugUnit(&header, offset: offset, end: cursor.offset, is64Bit: is64Bit)
    else { return nil }
    // A first entry that can't be read to its end costs only what it would have said.
    try? unit.readRoot(&header, abbreviations)
    return unit
  }

  private init?(
    _ cursor: inout ByteCursor, offset: Int, end: Int, is64Bit: Bool
  ) throws(SymbolicationError) {
    self.offset = offset
    let version = try cursor.read(UInt16.self)
    guard (2...5).contains(version) else { return nil }
    let addressSize: UInt8
    if version >= 5 {
      let kind = try cursor.readByte()
      addressSize = try cursor.readByte()
      abbreviations = try cursor.readOffset(is64Bit: is64Bit)
      switch kind {
      case 1, 3: break  // a whole unit, or a part of some
      case 4, 5: try cursor.skip(8)  // its other half is in a file of its own
      default: return nil  // types have no code
      }
    } else {
      abbreviations = try cursor.readOffset(is64Bit: is64Bit)
      addressSize = try cursor.readByte()
    }
    guard cursor.offset <= end else { return nil }
    format = DWARFFormat(version: version, is64Bit: is64Bit, addressSize: addressSize)
    entries = cursor.offset..<end
  }

  private mutating func readRoot(
    _ cursor: inout ByteCursor, _ section: ByteView
  ) throws(SymbolicationError) {
    let code = try cursor.readULEB()
    var candidates = ByteCursor(section)
    try candidates.move(to: abbreviations)
    for _ in 0..<Self.abbreviationLimit {
      guard let abbreviation = try Abbreviation(&candidates) else { return }
      guard abbreviation.code == code else { continue }
      for attribute in abbreviation.attributes where attribute.form != .implicitConstant {
        set(attribute.name, to: try cursor.read(attribute.form, format))
      }
      return
    }
  }

  private mutating func set(_ attribute: UInt64, to value: DWARFValue) {
    switch attribute {
    case 0x10: lineTable = value.number
    case 0x11: lowAddress = value
    case 0x1b: directory = value
    case 0x72: stringOffsetsBase = value.number
    case 0x73: addressBase = value.number
    case 0x74: rangeListsBase = value.number
    default: break
    }
  }

  /// One number of a table that a section holds for this unit.
  func entry(_ index: UInt64, of section: ByteView?, base: UInt64?, size: Int) -> UInt64? {
    let (distance, isTooFar) = index.multipliedReportingOverflow(by: UInt64(size))
    guard !isTooFar, let section, let base else { return nil }
    let (position, isOutside) = base.addingReportingOverflow(distance)
    guard !isOutside, let offset = Int(exactly: position) else { return nil }
    return size == 8
      ? try? section.load(UInt64.self, at: offset)
      : (try? section.load(UInt32.self, at: offset)).map { UInt64($0) }
  }
}

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

  /// The units whose line table begins at a position of `.debug_line`.
  func units(withLineTable offset: Int) -> [DebugUnit] {
    (byLineTable[UInt64(offset)] ?? []).map { units[$0] }
  }

  /// The unit that holds a position of `.debug_info`.
  func unit(holding position: UInt64) -> DebugUnit? {
    var low = 0
    var high = units.count
    while low < high {
      let middle = (low + high) / 2
      if UInt64(units[middle].offset) <= position { low = middle + 1 } else { high = middle }
    }
    guard low > 0, position < UInt64(units[low - 1].entries.upperBound) else { return nil }
    return units[low - 1]
  }
}

/// Reads which addresses an entry of debug information covers.
struct AddressRanges: Sendable {
  /// The most ranges of an entry.
  private static let limit = 65_536

  /// How many more ranges are read: many entries may name the same long list.
  private var rangesLeft = 1 << 26
  private let addresses: ByteView?
  /// `.debug_ranges`, of DWARF 3 and 4.
  private let oldRanges: ByteView?
  /// `.debug_rnglists`, of DWARF 5.
  private let rangeLists: ByteView?

  init(_ file: ELFFile) {
    addresses = try? file.contents(ofSectionNamed: ".debug_addr")
    oldRanges = try? file.contents(ofSectionNamed: ".debug_ranges")
    rangeLists = try? file.contents(ofSectionNamed: ".debug_rnglists")
  }

  /// The addresses of an entry; none if it doesn't say, or if they make no sense.
  mutating func ranges(of entry: DebugEntry, in unit: DebugUnit) -> [Range<UInt64>] {
    if let ranges = entry.ranges {
      return (try? list(ranges, in: unit)) ?? []
    }
    guard let low = address(entry.lowAddress, in: unit) else { return [] }
    let high: UInt64? =
      switch entry.highAddress {
      case .number(let size): low &+ size
      case let value: address(value, in: unit)
      }
    guard let high, low < high else { return [] }
    return [low..<high]
  }

  private func address(_ value: DWARFValue?, in unit: DebugUnit) -> UInt64? {
    switch value {
    case .address(let address): address
    case .addressIndex(let index): address(at: index, in: unit)
    default: nil
    }
  }

  private func address(at index: UInt64, in unit: DebugUnit) -> UInt64? {
    unit.entry(index, of: addresses, base: unit.addressBase, size: 8)
  }

  private mutating func list(
    _ value: DWARFValue, in unit: DebugUnit
  ) throws(SymbolicationError) -> [Range<UInt64>] {
    let base = address(unit.lowAddress, in: unit) ?? 0
    switch value {
    case .number(let offset) where unit.format.version < 5:
      return try oldList(at: offset, base: base)
    case .number(let offset):
      return try newList(at: offset, base: base, in: unit)
    case .rangeListIndex(let index):
      let size = unit.format.offsetSize
      guard let start = unit.rangeListsBase,
        let offset = unit.entry(index, of: rangeLists, base: start, size: size)
      else { return [] }
      return try newList(at: start &+ offset, base: base, in: unit)
    default:
      return []
    }
  }

  /// Pairs of distances from a base, which a pair that begins with the largest number sets.
  private mutating func oldList(
    at offset: UInt64, base: UInt64
  ) throws(SymbolicationError) -> [Range<UInt64>] {
    guard let oldRanges else { return [] }
    var base = base
    var ranges: [Range<UInt64>] = []
    var cursor = ByteCursor(oldRanges)
    try cursor.move(to: offset)
    for _ in 0..<Self.limit {
      rangesLeft -= 1
      guard rangesLeft > 0 else { break }
      let low = try cursor.read(UInt64.self)
      let high = try cursor.read(UInt64.self)
      if low == 0 && high == 0 { break }
      if low == .max {
        base = high
      } else if base &+ low < base &+ high {
        ranges.append(base &+ low..<base &+ high)
      }
    }
    return ranges
  }

  /// Instructions that each make a range or set the base (DWARF 5, section 7.25).
  private mutating func newList(
    at offset: UInt64, base: UInt64, in unit: DebugUnit
  ) throws(SymbolicationError) -> [Range<UInt64>] {
    guard let rangeLists else { return [] }
    var base = base
    var ranges: [Range<UInt64>] = []
    var cursor = ByteCursor(rangeLists)
    try cursor.move(to: offset)
    for _ in 0..<Self.limit {
      rangesLeft -= 1
      guard rangesLeft > 0 else { break }
      let low: UInt64?
      let high: UInt64?
      switch try cursor.readByte() {
      case 0: return ranges
      case 1:
        base = address(at: try cursor.readULEB(), in: unit) ?? 0
        continue
      case 2:
        low = address(at: try cursor.readULEB(), in: unit)
        high = address(at: try cursor.readULEB(), in: unit)
      case 3:
        low = address(at: try cursor.readULEB(), in: unit)
        let size = try cursor.readULEB()
        high = low.map { $0 &+ size }
      case 4: (low, high) = (base &+ (try cursor.readULEB()), base &+ (try cursor.readULEB()))
      case 5:
        base = try cursor.read(UInt64.self)
        continue
      case 6: (low, high) = (try cursor.read(UInt64.self), try cursor.read(UInt64.self))
      case 7:
        let start = try cursor.read(UInt64.self)
        (low, high) = (start, start &+ (try cursor.readULEB()))
      default: return ranges
      }
      if let low, let high, low < high { ranges.append(low..<high) }
    }
    return ranges
  }
}

/// Finds the calls that the compiler has replaced by the body of what they call.
///
/// The first question about a unit goes through its entries once and keeps where its functions are;
/// every question then reads the entries of the one function it needs.
struct InlinedCalls: Sendable {
  /// A call that was inlined.
  struct Call: Sendable {
    /// The linker's name of the function that is called, else its plain name.
    let name: String
    /// The number of the file of the call in the unit's line table.
    let file: UInt64
    /// Zero if it isn't known.
    let line: UInt64
    /// Zero if it isn't known.
    let column: UInt64
  }

  private struct Function: Sendable {
    let range: Range<UInt64>
    let entry: Int
  }

  private struct Unit: Sendable {
    var abbreviations: AbbreviationTable
    var functions: [Function]
  }

  /// The most functions that are kept.
  private static let functionLimit = 1 << 21
  /// How many units' functions are kept.
  private static let unitLimit = 64
  /// How many calls may be in each other.
  private static let depthLimit = 256
  /// How many entries are followed to a name.
  private static let originLimit = 8
  /// How many functions before the nearest one are tried, where functions overlap.
  private static let overlapLimit = 8

  private let units: DebugUnits
  private let strings: DWARFStrings
  private var ranges: AddressRanges
  private var known: [Int: Unit] = [:]
  private var functionCount = 0
  /// How many more entries are read, in answer to all questions.
  private var entriesLeft = 1 << 27

  init(_ file: ELFFile, units: DebugUnits) {
    self.units = units
    strings = DWARFStrings(file)
    ranges = AddressRanges(file)
  }

  /// The calls an address lies in, the outermost first; none if nothing was inlined there.
  ///
  /// The address is in the file's own numbering; `candidates` are the units that may hold it.
  mutating func calls(
    at address: UInt64, in candidates: [DebugUnit]
  ) throws(SymbolicationError) -> [Call] {
    for unit in candidates {
      guard let (entry, abbreviations) = try function(at: address, in: unit) else { continue }
      return try calls(at: address, inside: entry, of: unit, abbreviations)
    }
    return []
  }

  private mutating func calls(
    at address: UInt64, inside function: Int, of unit: DebugUnit,
    _ abbreviations: AbbreviationTable
  ) throws(SymbolicationError) -> [Call] {
    guard let info = units.info else { return [] }
    var calls: [Call] = []
    var reader = try DebugEntryReader(unit, in: info, at: function, abbreviations)
    while calls.count < Self.depthLimit {
      try countEntry()
      guard let entry = try reader.next(reading: { $0 == DebugEntry.inlinedCall })
      else { break }
      guard entry.tag == DebugEntry.inlinedCall,
        ranges.ranges(of: entry, in: unit).contains(where: { $0.contains(address) }),
        let name = name(of: entry.origin, in: unit)
      else { continue }
      calls.append(
        Call(
          name: name, file: entry.callFile, line: entry.callLine, column: entry.callColumn))
    }
    return calls
  }

  private mutating func function(
    at address: UInt64, in unit: DebugUnit
  ) throws(SymbolicationError) -> (entry: Int, abbreviations: AbbreviationTable)? {
    if known[unit.offset] == nil {
      if known.count >= Self.unitLimit || functionCount >= Self.functionLimit {
        known.removeAll()
        functionCount = 0
      }
      known[unit.offset] = try functions(of: unit)
      functionCount += known[unit.offset]?.functions.count ?? 0
    }
    guard let found = known[unit.offset] else { return nil }
    let functions = found.functions
    var low = 0
    var high = functions.count
    while low < high {
      let middle = (low + high) / 2
      if functions[middle].range.lowerBound <= address { low = middle + 1 } else { high = middle }
    }
    return functions[max(0, low - Self.overlapLimit)..<low].last { $0.range.contains(address) }
      .map { ($0.entry, found.abbreviations) }
  }

  /// Where the functions of a unit are.
  private mutating func functions(of unit: DebugUnit) throws(SymbolicationError) -> Unit? {
    guard let info = units.info, let section = units.abbreviations else { return nil }
    let table = try AbbreviationTable(section, at: unit.abbreviations, format: unit.format)
    var functions: [Function] = []
    var reader = try DebugEntryReader(unit, in: info, at: unit.entries.lowerBound, table)
    while functions.count < Self.functionLimit {
      try countEntry()
      // What follows damage is lost, what came before it isn't.
      guard let entry = try? reader.next(reading: { $0 == DebugEntry.function }) else { break }
      guard entry.tag == DebugEntry.function else { continue }
      functions += ranges.ranges(of: entry, in: unit).map {
        Function(range: $0, entry: entry.offset)
      }
    }
    functions.sort { ($0.range.lowerBound, $0.entry) < ($1.range.lowerBound, $1.entry) }
    return Unit(abbreviations: table, functions: functions)
  }

  private mutating func countEntry() throws(SymbolicationError) {
    guard entriesLeft > 0 else {
      throw SymbolicationError(
        .unsupported, path: units.info?.path ?? "",
        "its debug information is too long; inlined calls are not looked for any more")
    }
    entriesLeft -= 1
  }

  /// The name of the function an entry is an instance of.
  private func name(of origin: DWARFValue?, in unit: DebugUnit) -> String? {
    guard let info = units.info, let section = units.abbreviations else { return nil }
    var origin = origin
    var unit = unit
    var plain: String?
    for _ in 0..<Self.originLimit {
      let position: UInt64
      switch origin {
      case .reference(let distance): position = UInt64(unit.offset) &+ distance
      case .globalReference(let offset): position = offset
      default: return plain
      }
      guard let home = units.unit(holding: position), let offset = Int(exactly: position),
        let table = known[home.offset]?.abbreviations
          ?? (try? AbbreviationTable(section, at: home.abbreviations, format: home.format)),
        var reader = try? DebugEntryReader(home, in: info, at: offset, table),
        let entry = try? reader.next(reading: { _ in true })
      else { return plain }
      if let name = strings.text(entry.linkageName, in: info, of: home) { return name }
      plain = plain ?? strings.text(entry.name, in: info, of: home)
      origin = entry.origin
      unit = home
    }
    return plain
  }
}

/// An entry of debug information, with what is needed of functions and of the calls in them.
struct DebugEntry {
  static let function: UInt64 = 0x2e
  static let inlinedCall: UInt64 = 0x1d

  /// Where it begins in `.debug_info`.
  let offset: Int
  let tag: UInt64
  /// How many entries it lies in, counted from where the reading began.
  let depth: Int

  fileprivate(set) var name: DWARFValue?
  fileprivate(set) var linkageName: DWARFValue?
  fileprivate(set) var lowAddress: DWARFValue?
  fileprivate(set) var highAddress: DWARFValue?
  fileprivate(set) var ranges: DWARFValue?
  /// The entry of the function that was inlined, or that this one defines.
  fileprivate(set) var origin: DWARFValue?
  fileprivate(set) var callFile: UInt64 = 0
  fileprivate(set) var callLine: UInt64 = 0
  fileprivate(set) var callColumn: UInt64 = 0

  fileprivate mutating func set(_ attribute: UInt64, to value: DWARFValue) {
    switch attribute {
    case 0x03: name = value
    case 0x11: lowAddress = value
    case 0x12: highAddress = value
    case 0x31, 0x47: origin = value
    case 0x55: ranges = value
    case 0x57: callColumn = value.number ?? 0
    case 0x58: callFile = value.number ?? 0
    case 0x59: callLine = value.number ?? 0
    case 0x6e, 0x2007: linkageName = value
    default: break
    }
  }
}

/// Reads the entries of a unit in the order in which they stand: each before those inside of it.
struct DebugEntryReader {
  private let unit: DebugUnit
  private let abbreviations: AbbreviationTable
  private var cursor: ByteCursor
  private var depth = 0
  private var hasEnded = false

  /// Begins at an entry, and ends with the last one inside of it.
  init(
    _ unit: DebugUnit, in info: ByteView, at offset: Int, _ abbreviations: AbbreviationTable
  ) throws(SymbolicationError) {
    self.unit = unit
    self.abbreviations = abbreviations
    guard unit.entries.contains(offset) else {
      throw SymbolicationError(
        .malformed, path: info.path, "an entry of debug information is in no unit")
    }
    cursor = ByteCursor(
      try info.part(at: 0, count: UInt64(unit.entries.upperBound)), at: offset)
  }

  /// The next entry; nil at the end.
  ///
  /// `wanted` says of a tag whether the attributes are read too.
  mutating func next(
    reading wanted: (UInt64) -> Bool
  ) throws(SymbolicationError) -> DebugEntry? {
    while !hasEnded, !cursor.isAtEnd {
      let offset = cursor.offset
      let code = try cursor.readULEB()
      guard code != 0 else {
        depth -= 1
        hasEnded = depth <= 0
        continue
      }
      guard let index = abbreviations.index(of: code) else {
        throw SymbolicationError(
          .malformed, path: cursor.bytes.path,
          "an entry of debug information has an unknown abbreviation")
      }
      let abbreviation = abbreviations[index]
      var entry = DebugEntry(offset: offset, tag: abbreviation.tag, depth: depth)
      if wanted(entry.tag) {
        try read(&entry, abbreviation)
      } else if let size = abbreviations.sizes[index] {
        try cursor.skip(UInt64(size))
      } else {
        for attribute in abbreviation.attributes {
          try cursor.skip(attribute.form, unit.format)
        }
      }
      if abbreviation.hasChildren { depth += 1 } else if depth == 0 { hasEnded = true }
      return entry
    }
    return nil
  }

  private mutating func read(
    _ entry: inout DebugEntry, _ abbreviation: Abbreviation
  ) throws(SymbolicationError) {
    for attribute in abbreviation.attributes {
      let value =
        attribute.form == .implicitConstant
        ? .number(attribute.constant) : try cursor.read(attribute.form, unit.format)
      entry.set(attribute.name, to: value)
    }
  }
}

/// What the entries of debug information that name this abbreviation consist of.
struct Abbreviation: Sendable {
  struct Attribute: Sendable {
    let name: UInt64
    let form: DWARFForm
    /// The value, where the abbreviation has it.
    let constant: UInt64
  }

  /// The most attributes of an entry.
  private static let attributeLimit = 256

  let code: UInt64
  let tag: UInt64
  let hasChildren: Bool
  let attributes: [Attribute]

  /// Reads the one at the cursor; nil at the end of a table.
  init?(_ cursor: inout ByteCursor) throws(SymbolicationError) {
    code = try cursor.readULEB()
    guard code != 0 else { return nil }
    tag = try cursor.readULEB()
    hasChildren = try cursor.readByte() != 0
    var attributes: [Attribute] = []
    while true {
      let name = try cursor.readULEB()
      let form = DWARFForm(rawValue: try cursor.readULEB())
      let constant =
        form == .implicitConstant ? UInt64(bitPattern: try cursor.readSLEB()) : 0
      if name == 0 && form.rawValue == 0 { break }
      guard attributes.count < Self.attributeLimit else {
        throw SymbolicationError(
          .malformed, path: cursor.bytes.path,
          "an abbreviation has more than \(Self.attributeLimit) attributes")
      }
      attributes.append(Attribute(name: name, form: form, constant: constant))
    }
    self.attributes = attributes
  }

  /// How many bytes an entry takes behind its code; nil if that differs.
  func size(in format: DWARFFormat) -> Int? {
    var total = 0
    for attribute in attributes {
      guard let size = attribute.form.size(in: format) else { return nil }
      total += size
    }
    return total
  }
}

/// The abbreviations of a unit.
struct AbbreviationTable: Sendable {
  /// The most abbreviations that are read.
  private static let limit = 65_536

  /// In the order in which they stand, which is that of their codes in what compilers write.
  private var abbreviations: [Abbreviation] = []
  /// How many bytes an entry of each takes, where they always take as many.
  private(set) var sizes: [Int?] = []
  private var indices: [UInt64: Int] = [:]

  init(
    _ section: ByteView, at offset: UInt64, format: DWARFFormat
  ) throws(SymbolicationError) {
    var cursor = ByteCursor(section)
    try cursor.move(to: offset)
    while abbreviations.count < Self.limit, let abbreviation = try Abbreviation(&cursor) {
      if abbreviation.code != abbreviations.count + 1 {
        indices[abbreviation.code] = abbreviations.count
      }
      abbreviations.append(abbreviation)
      sizes.append(abbreviation.size(in: format))
    }
  }

  /// Where the abbreviation of a code is.
  func index(of code: UInt64) -> Int? {
    if code <= UInt64(abbreviations.count), abbreviations[Int(code) - 1].code == code {
      return Int(code) - 1
    }
    return indices[code]
  }

  subscript(index: Int) -> Abbreviation { abbreviations[index] }
}

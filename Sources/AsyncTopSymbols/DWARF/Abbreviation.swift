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
  private var places: [UInt64: Int] = [:]

  init(
    _ section: ByteView, at offset: UInt64, format: DWARFFormat
  ) throws(SymbolicationError) {
    var cursor = ByteCursor(section)
    try cursor.move(to: offset)
    while abbreviations.count < Self.limit, let abbreviation = try Abbreviation(&cursor) {
      if abbreviation.code != abbreviations.count + 1 {
        places[abbreviation.code] = abbreviations.count
      }
      abbreviations.append(abbreviation)
      sizes.append(abbreviation.size(in: format))
    }
  }

  /// Where the abbreviation of a code is.
  func place(of code: UInt64) -> Int? {
    if code <= UInt64(abbreviations.count), abbreviations[Int(code) - 1].code == code {
      return Int(code) - 1
    }
    return places[code]
  }

  subscript(place: Int) -> Abbreviation { abbreviations[place] }
}

/// How a value of DWARF 2 to 5 is written (DWARF 5, table 7.6).
struct DWARFForm: RawRepresentable, Sendable, Equatable {
  /// The value stands in the abbreviation, and takes no bytes in the entry.
  static let implicitConstant = DWARFForm(rawValue: 0x21)

  let rawValue: UInt64

  /// How many bytes a value takes; nil if that can't be told without reading it.
  func size(in format: DWARFFormat) -> Int? {
    switch rawValue {
    case 0x19, 0x21: 0
    case 0x0b, 0x0c, 0x11, 0x25, 0x29: 1
    case 0x05, 0x12, 0x26, 0x2a: 2
    case 0x27, 0x2b: 3
    case 0x06, 0x13, 0x1c, 0x28, 0x2c: 4
    case 0x07, 0x14, 0x20, 0x24: 8
    case 0x1e: 16
    case 0x01: Int(format.addressSize)
    case 0x10: format.version == 2 ? Int(format.addressSize) : format.offsetSize
    case 0x0e, 0x17, 0x1d, 0x1f, 0x1f20, 0x1f21: format.offsetSize
    default: nil
    }
  }
}

/// What the size of some values depends on.
struct DWARFFormat: Sendable {
  let version: UInt16
  let is64Bit: Bool
  let addressSize: UInt8

  var offsetSize: Int { is64Bit ? 8 : 4 }
}

extension ByteCursor {
  /// Reads a value.
  ///
  /// - Throws: `unsupported` for a form that isn't known, since its length isn't either.
  mutating func read(
    _ form: DWARFForm, _ format: DWARFFormat
  ) throws(SymbolicationError) -> DWARFValue {
    switch form.rawValue {
    case 0x0b, 0x0c, 0x05, 0x06, 0x07, 0x17, 0x19: .number(try readFixed(form, format))
    case 0x0f: .number(try readULEB())
    case 0x0d: .number(UInt64(bitPattern: try readSLEB()))
    case 0x08: .text(at: try readTextPlace())
    case 0x0e: .string(try readFixed(form, format))
    case 0x1f: .lineString(try readFixed(form, format))
    case 0x25...0x28: .stringIndex(try readFixed(form, format))
    case 0x1a: .stringIndex(try readULEB())
    case 0x01: .address(try readFixed(form, format))
    case 0x29...0x2c: .addressIndex(try readFixed(form, format))
    case 0x1b: .addressIndex(try readULEB())
    case 0x11...0x14: .reference(try readFixed(form, format))
    case 0x15: .reference(try readULEB())
    case 0x10: .globalReference(try readFixed(form, format))
    case 0x23: .rangeListIndex(try readULEB())
    default: try readSkipped(form, format)
    }
  }

  /// Skips a value.
  mutating func skip(_ form: DWARFForm, _ format: DWARFFormat) throws(SymbolicationError) {
    if let size = form.size(in: format) {
      try skip(UInt64(size))
    } else {
      _ = try read(form, format)
    }
  }

  private mutating func readFixed(
    _ form: DWARFForm, _ format: DWARFFormat
  ) throws(SymbolicationError) -> UInt64 {
    switch form.size(in: format) {
    case 0: return 1  // a flag that is there without a byte
    case 1: return UInt64(try readByte())
    case 2: return UInt64(try read(UInt16.self))
    case 3:
      let low = UInt64(try read(UInt16.self))
      return low | UInt64(try readByte()) << 16
    case 4: return UInt64(try read(UInt32.self))
    case 8: return try read(UInt64.self)
    default:
      throw SymbolicationError(
        .unsupported, path: bytes.path,
        "its debug information has addresses of \(format.addressSize) bytes")
    }
  }

  private mutating func readTextPlace() throws(SymbolicationError) -> Int {
    let position = offset
    _ = try skipString()
    return position
  }

  private mutating func readSkipped(
    _ form: DWARFForm, _ format: DWARFFormat
  ) throws(SymbolicationError) -> DWARFValue {
    if let size = form.size(in: format) {
      try skip(UInt64(size))
      return .skipped
    }
    switch form.rawValue {
    case 0x0a: try skip(UInt64(try readByte()))
    case 0x03: try skip(UInt64(try read(UInt16.self)))
    case 0x04: try skip(UInt64(try read(UInt32.self)))
    case 0x09, 0x18: try skip(try readULEB())
    case 0x22, 0x1f01, 0x1f02: _ = try readULEB()
    case 0x16:
      let actual = DWARFForm(rawValue: try readULEB())
      guard actual != form else {
        throw SymbolicationError(.malformed, path: bytes.path, "a DWARF form refers to itself")
      }
      return try read(actual, format)
    default:
      throw SymbolicationError(
        .unsupported, path: bytes.path,
        "its debug information uses an unknown form, \(form.rawValue)")
    }
    return .skipped
  }
}

/// What an attribute, or an entry of a file table, holds.
enum DWARFValue: Sendable {
  case number(UInt64)
  /// A text that stands where the value stands: its position in that section.
  case text(at: Int)
  /// A position in `.debug_str`.
  case string(UInt64)
  /// A position in `.debug_line_str`.
  case lineString(UInt64)
  /// Which of the unit's positions in `.debug_str_offsets`.
  case stringIndex(UInt64)
  case address(UInt64)
  /// Which of the unit's addresses in `.debug_addr`.
  case addressIndex(UInt64)
  /// An entry, by its position in the unit.
  case reference(UInt64)
  /// An entry, by its position in `.debug_info`.
  case globalReference(UInt64)
  /// Which of the unit's lists in `.debug_rnglists`.
  case rangeListIndex(UInt64)
  /// Something this reader has no use for. It was skipped.
  case skipped

  var number: UInt64? {
    if case .number(let value) = self { value } else { nil }
  }
}

/// The sections that hold the text of debug information.
struct DWARFStrings: Sendable {
  /// The longest text that is read, with its NUL.
  static let lengthLimit = 16_384

  private var strings: ByteView?
  private var lineStrings: ByteView?
  private var offsets: ByteView?

  /// No text at all.
  init() {}

  init(_ file: ELFFile) {
    strings = try? file.contents(ofSectionNamed: ".debug_str")
    lineStrings = try? file.contents(ofSectionNamed: ".debug_line_str")
    offsets = try? file.contents(ofSectionNamed: ".debug_str_offsets")
  }

  /// The text of a value; nil if it isn't text, or isn't there.
  ///
  /// `section` is the one the value stands in, `unit` the unit, if that has positions of its own.
  func text(_ value: DWARFValue?, in section: ByteView, of unit: DebugUnit? = nil) -> String? {
    switch value {
    case .text(let position): section.string(at: position, limit: Self.lengthLimit)
    case .string(let offset): Self.text(in: strings, at: offset)
    case .lineString(let offset): Self.text(in: lineStrings, at: offset)
    case .stringIndex(let index):
      unit.flatMap { unit in
        unit.entry(index, of: offsets, base: unit.stringOffsetsBase, size: unit.format.offsetSize)
      }.flatMap { Self.text(in: strings, at: $0) }
    default: nil
    }
  }

  private static func text(in section: ByteView?, at offset: UInt64) -> String? {
    guard let offset = Int(exactly: offset) else { return nil }
    return section?.string(at: offset, limit: lengthLimit)
  }
}

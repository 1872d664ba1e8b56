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
  /// `section` is the one the value stands in, `unit` the unit, if that has places of its own.
  func text(_ value: DWARFValue?, in section: ByteView, of unit: DebugUnit? = nil) -> String? {
    switch value {
    case .text(let place): section.string(at: place, limit: Self.lengthLimit)
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

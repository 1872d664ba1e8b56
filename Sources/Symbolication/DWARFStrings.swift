/// The sections that hold the text of debug information.
struct DWARFStrings: Sendable {
  private var strings: ByteView?
  private var lineStrings: ByteView?

  /// No text at all.
  init() {}

  init(_ file: ELFFile) {
    strings = try? file.contents(ofSectionNamed: ".debug_str")
    lineStrings = try? file.contents(ofSectionNamed: ".debug_line_str")
  }

  /// The text of a value; nil if it isn't text, or isn't there.
  func text(_ value: DWARFValue?) -> String? {
    switch value {
    case .text(let text): text
    case .string(let offset): Self.text(in: strings, at: offset)
    case .lineString(let offset): Self.text(in: lineStrings, at: offset)
    case .number, .skipped, nil: nil
    }
  }

  private static func text(in section: ByteView?, at offset: UInt64) -> String? {
    guard let offset = Int(exactly: offset) else { return nil }
    return try? section?.string(at: offset)
  }
}

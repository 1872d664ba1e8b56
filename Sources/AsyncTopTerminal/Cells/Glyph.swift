/// One character that is safe to draw: a base and at most two combining marks, one or two cells
/// wide.
///
/// Eight bytes and no reference, so that a grid is one flat block of memory. The three scalars take
/// 21 bits each; the top bit says that the base is wide. More than two marks on one base are
/// dropped: what stacks them higher is an attack on the lines above, not writing.
public struct Glyph: Hashable, Sendable {
  /// The packed form: base, first mark, second mark (21 bits each), wide.
  private var bits: UInt64

  private static let scalarMask: UInt64 = 0x1F_FFFF
  private static let wideBit: UInt64 = 1 << 63

  private init(bits: UInt64) {
    self.bits = bits
  }

  /// Makes a glyph of a scalar that ``TextGlyphs`` has found safe.
  init(base: Unicode.Scalar, isWide: Bool) {
    bits = UInt64(base.value) | (isWide ? Glyph.wideBit : 0)
  }

  /// Makes the first glyph of a text, made safe; a space if the text is empty.
  public init(_ character: Character) {
    var glyphs = TextGlyphs(String(character)).makeIterator()
    self = glyphs.next() ?? .space
  }

  /// An empty place.
  public static let space = Glyph(bits: 0x20)

  /// The right half of the wide glyph to the left; it draws nothing.
  public static let continuation = Glyph(bits: 0)

  /// The cells it takes: one or two, none for a continuation.
  public var width: Int {
    bits == 0 ? 0 : bits & Glyph.wideBit == 0 ? 1 : 2
  }

  /// True for the right half of a wide glyph.
  public var isContinuation: Bool { bits == 0 }

  /// The base as a number; 0 for a continuation.
  public var baseValue: UInt32 { UInt32(truncatingIfNeeded: bits & Glyph.scalarMask) }

  /// The first combining mark as a number; 0 if there is none.
  public var firstMarkValue: UInt32 {
    UInt32(truncatingIfNeeded: bits >> 21 & Glyph.scalarMask)
  }

  /// The second combining mark as a number; 0 if there is none.
  public var secondMarkValue: UInt32 {
    UInt32(truncatingIfNeeded: bits >> 42 & Glyph.scalarMask)
  }

  /// Adds a combining mark, or drops it if there is no room for it.
  mutating func combine(_ mark: Unicode.Scalar) {
    if firstMarkValue == 0 {
      bits |= UInt64(mark.value) << 21
    } else if secondMarkValue == 0 {
      bits |= UInt64(mark.value) << 42
    }
  }
}

extension Glyph: CustomStringConvertible {
  /// The text that is drawn; empty for a continuation.
  public var description: String {
    var text = String.UnicodeScalarView()
    for value in [baseValue, firstMarkValue, secondMarkValue] where value != 0 {
      if let scalar = Unicode.Scalar(value) { text.append(scalar) }
    }
    return String(text)
  }
}

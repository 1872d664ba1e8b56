/// Finds a text in others, whatever the case of its letters.
public struct TextFilter: Hashable, Sendable {
  /// The text, as it was given.
  public let text: String
  private let wanted: [UInt8]
  private let isASCII: Bool

  /// A filter for a text; an empty one matches everything.
  public init(_ text: String = "") {
    self.text = text
    wanted = Array(text.lowercased().utf8)
    isASCII = wanted.allSatisfy { $0 < 0x80 }
  }

  /// Whether it matches everything.
  public var isEmpty: Bool { wanted.isEmpty }

  /// Whether a text contains what is wanted.
  public func matches(_ text: String) -> Bool {
    range(in: text) != nil
  }

  /// Where a text contains what is wanted, in bytes; in bytes of the lower-case text if what is
  /// wanted has letters beyond ASCII.
  public func range(in text: String) -> Range<Int>? {
    if isEmpty { return nil }
    let bytes = isASCII ? Array(text.utf8) : Array(text.lowercased().utf8)
    guard bytes.count >= wanted.count else { return nil }
    for start in 0...(bytes.count - wanted.count) where isFound(in: bytes, at: start) {
      return start..<start + wanted.count
    }
    return nil
  }

  private func isFound(in bytes: [UInt8], at start: Int) -> Bool {
    for offset in wanted.indices {
      let byte = bytes[start + offset]
      let lower = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
      if lower != wanted[offset] { return false }
    }
    return true
  }
}

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

  /// Whether a text contains what is wanted; an empty filter finds itself everywhere.
  public func matches(_ text: String) -> Bool {
    let lower = isASCII ? text : text.lowercased()
    let bytes = lower.utf8Span.span
    guard bytes.count >= wanted.count else { return false }
    for start in 0...(bytes.count - wanted.count) where isFound(in: bytes, at: start) {
      return true
    }
    return false
  }

  private func isFound(in bytes: Span<UInt8>, at start: Int) -> Bool {
    for offset in wanted.indices {
      let byte = bytes[start + offset]
      let lower = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
      if lower != wanted[offset] { return false }
    }
    return true
  }
}

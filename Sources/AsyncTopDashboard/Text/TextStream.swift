import AsyncTopTerminal

/// A text on its way out, in pieces, so that a long one takes no memory of its own.
///
/// What is written is kept until a line ends, and then handed out once it is a piece: what has been
/// written of a line can still be looked at.
package struct TextStream: ~Copyable {
  private(set) var bytes: [UInt8] = []
  private let write: ([UInt8]) -> Void

  /// How long a piece is, in bytes.
  private static let pieceSize = 1 << 16

  /// Makes a stream.
  ///
  /// - Parameter write: Takes the pieces.
  package init(to write: @escaping ([UInt8]) -> Void) {
    self.write = write
    bytes.reserveCapacity(Self.pieceSize + 4_096)
  }

  /// A text as a whole, for one that is short.
  package static func text(_ body: (inout TextStream) -> Void) -> String {
    let all = Collector()
    var stream = TextStream { all.bytes += $0 }
    body(&stream)
    stream.flush()
    return String(decoding: all.bytes, as: UTF8.self)
  }

  private final class Collector {
    var bytes: [UInt8] = []
  }

  /// Writes a text as it is.
  mutating func append(_ text: String) {
    bytes.append(contentsOf: text.utf8)
  }

  mutating func append(_ byte: UInt8) { bytes.append(byte) }

  mutating func append(_ more: some Collection<UInt8>) { bytes.append(contentsOf: more) }

  mutating func append(spaces count: Int) {
    for _ in 0..<max(0, count) { bytes.append(0x20) }
  }

  mutating func append(_ number: UInt64) {
    var (digits, rest) = (InlineArray<20, UInt8>(repeating: 0), number)
    var start = 20
    repeat {
      start -= 1
      digits[start] = UInt8(0x30 + rest % 10)
      rest /= 10
    } while rest > 0
    for index in start..<20 { bytes.append(digits[index]) }
  }

  /// Writes a text with nothing in it that could harm a terminal or a log.
  mutating func append(clean text: String) {
    append(SafeText.columnsIfPlain(text) == nil ? SafeText.clean(text) : text)
  }

  /// Writes a line.
  package mutating func line(_ text: String) {
    append(text)
    endLine()
  }

  /// Ends a line, which has no spaces at its end.
  mutating func endLine() {
    while bytes.last == 0x20 { bytes.removeLast() }
    bytes.append(0x0A)
    endPart()
  }

  /// Hands out what is there, if it is a piece.
  mutating func endPart() {
    if bytes.count >= Self.pieceSize { flush() }
  }

  /// Hands out what is there.
  package mutating func flush() {
    if !bytes.isEmpty { write(bytes) }
    bytes.removeAll(keepingCapacity: true)
  }
}

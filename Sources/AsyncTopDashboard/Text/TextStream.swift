import AsyncTopTerminal

/// A text on its way out, in pieces, so that a long one takes no memory of its own.
///
/// What is written of a line can be looked at until the line or the part of a document ends; then
/// it is handed out, once it is a piece.
@safe
package struct TextStream: ~Copyable {
  // An array would ask at each byte whether it is shared, which takes longer than to write it.
  private var buffer: UnsafeMutableRawBufferPointer
  /// How much has been written that was not handed out.
  private(set) var count = 0
  private let write: ([UInt8]) -> Void

  /// How long a piece is, in bytes.
  private static let pieceSize = 1 << 16

  /// Makes a stream.
  ///
  /// - Parameter write: Takes the pieces.
  package init(to write: @escaping ([UInt8]) -> Void) {
    self.write = write
    unsafe buffer = .allocate(byteCount: 2 * Self.pieceSize, alignment: 8)
  }

  deinit { unsafe buffer.deallocate() }

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

  /// The bytes that were written from a place on.
  func bytes(from start: Int) -> [UInt8] { unsafe Array(buffer[start..<count]) }

  private mutating func makeRoom(_ room: Int) {
    guard unsafe buffer.count - count < room else { return }
    let larger = UnsafeMutableRawBufferPointer.allocate(
      byteCount: 2 * (count + room), alignment: 8)
    unsafe larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    unsafe buffer.deallocate()
    unsafe buffer = unsafe larger
  }

  mutating func append(_ byte: UInt8) {
    makeRoom(1)
    unsafe buffer[count] = byte
    count += 1
  }

  /// Writes a text as it is.
  mutating func append(_ text: String) {
    append(text.utf8Span.span)
  }

  mutating func append(_ text: StaticString) {
    let length = text.utf8CodeUnitCount
    makeRoom(length)
    guard let end = unsafe buffer.baseAddress else { return }
    unsafe (end + count).copyMemory(from: text.utf8Start, byteCount: length)
    count += length
  }

  mutating func append(_ bytes: Span<UInt8>) {
    makeRoom(bytes.count)
    unsafe bytes.withUnsafeBufferPointer { bytes in
      guard let start = bytes.baseAddress, let end = unsafe buffer.baseAddress else { return }
      unsafe (end + count).copyMemory(from: start, byteCount: bytes.count)
    }
    count += bytes.count
  }

  mutating func append(spaces: Int) {
    guard spaces > 0 else { return }
    makeRoom(spaces)
    for place in count..<count + spaces { unsafe buffer[place] = 0x20 }
    count += spaces
  }

  mutating func append(_ number: UInt64) {
    makeRoom(20)
    var (length, rest) = (1, number)
    while rest >= 10 { (length, rest) = (length + 1, rest / 10) }
    rest = number
    for place in (count..<count + length).reversed() {
      unsafe buffer[place] = UInt8(truncatingIfNeeded: 0x30 + rest % 10)
      rest /= 10
    }
    count += length
  }

  /// Writes a text with nothing in it that could harm a terminal or a log.
  mutating func append(clean text: String) { append(SafeText.clean(text)) }

  /// Writes a line.
  package mutating func line(_ text: String) {
    append(text)
    endLine()
  }

  /// Takes the spaces away that a line ends in.
  mutating func trimLine() {
    while count > 0, unsafe buffer[count - 1] == 0x20 { count -= 1 }
  }

  /// Ends a line.
  mutating func endLine() {
    append(0x0A as UInt8)
    endPart()
  }

  /// Hands out what is there, if it is a piece.
  mutating func endPart() {
    if count >= Self.pieceSize { flush() }
  }

  /// Hands out what is there.
  package mutating func flush() {
    if count > 0 { write(bytes(from: 0)) }
    count = 0
  }
}

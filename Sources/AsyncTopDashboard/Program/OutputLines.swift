/// The last lines that a program has written to its terminal.
///
/// Of what it does with the terminal besides, only what concerns a line is followed: a return
/// starts it anew, a backspace goes back. Colours and the like are left out.
public struct OutputLines: Sendable {
  /// The lines kept at most.
  static let lineLimit = 10_000
  /// The bytes of all lines kept at most.
  static let byteLimit = 4 << 20
  /// The bytes of one line; what it has beyond is left out.
  static let widthLimit = 4096

  /// Where the bytes that come are in a control sequence of ECMA-48.
  private enum Place {
    case text
    case escape
    case sequence
    case string
    case stringEscape
  }

  private var kept: [String] = []
  /// The number of lines at the start of `kept` that are gone.
  private var gone = 0
  private var bytes = 0
  private var line: [UInt8] = []
  private var place = Place.text
  private var startsAnew = false
  /// The number of the first line that is kept, from 0 on.
  public private(set) var first = 0

  /// Nothing yet.
  public init() {}

  /// The number after the last line's.
  public var end: Int { first + kept.count - gone + (line.isEmpty ? 0 : 1) }

  /// A line by its number; nil if it is not kept.
  public subscript(number: Int) -> String? {
    let index = number - first + gone
    guard index >= gone else { return nil }
    if index < kept.count { return kept[index] }
    return index == kept.count && !line.isEmpty ? String(decoding: line, as: UTF8.self) : nil
  }

  /// Takes what was written next.
  public mutating func append(_ text: some Sequence<UInt8>) {
    for byte in text { append(byte) }
  }

  private mutating func append(_ byte: UInt8) {
    switch place {
    case .text: write(byte)
    case .escape:
      switch byte {
      case UInt8(ascii: "["): place = .sequence
      case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"),
        UInt8(ascii: "_"):
        place = .string
      case 0x20...0x2F: break
      default: place = .text
      }
    case .sequence: if (0x40...0x7E).contains(byte) { place = .text }
    case .string:
      if byte == 7 { place = .text }
      if byte == 0x1B { place = .stringEscape }
    case .stringEscape: place = byte == 0x1B ? .stringEscape : .text
    }
  }

  private mutating func write(_ byte: UInt8) {
    switch byte {
    case 0x0A: finishLine()
    case 0x0D: startsAnew = true
    case 0x1B: place = .escape
    case 0x08: while let last = line.popLast(), last & 0xC0 == 0x80 {}
    case 0x09: for _ in 0..<8 - line.count % 8 { put(0x20) }
    case 0..<0x20, 0x7F: break
    default: put(byte)
    }
  }

  private mutating func put(_ byte: UInt8) {
    if startsAnew { line.removeAll(keepingCapacity: true) }
    startsAnew = false
    if line.count < Self.widthLimit { line.append(byte) }
  }

  private mutating func finishLine() {
    kept.append(String(decoding: line, as: UTF8.self))
    bytes += line.count
    line.removeAll(keepingCapacity: true)
    startsAnew = false
    while kept.count - gone > Self.lineLimit || bytes > Self.byteLimit {
      bytes -= kept[gone].utf8.count
      kept[gone] = ""
      gone += 1
      first += 1
    }
    // In large pieces, so that a line costs the same however many are kept.
    if gone > Self.lineLimit {
      kept.removeFirst(gone)
      gone = 0
    }
  }
}

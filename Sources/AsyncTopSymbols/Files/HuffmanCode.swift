/// A code whose symbols have different numbers of bits (RFC 1951, section 3.2.2).
struct HuffmanCode: Sendable {
  /// The most bits a symbol has.
  static let lengthLimit: UInt32 = 15
  /// Symbols of up to this many bits are found at once.
  private static let tableBits: UInt32 = 10

  /// How many symbols have each number of bits.
  private var counts = [Int](repeating: 0, count: Int(lengthLimit) + 1)
  /// The symbols, in the order of their codes.
  private var symbols: [UInt16] = []
  /// By the next bits: the symbol, shifted left by 4, and its number of bits; 0 if it has more.
  private var table = [UInt16](repeating: 0, count: 1 << Int(tableBits))

  /// Makes the code from the number of bits of each symbol; 0 for a symbol that isn't used.
  init(_ lengths: ArraySlice<UInt8>) {
    for length in lengths { counts[Int(length)] += 1 }
    counts[0] = 0
    symbols = lengths.indices.filter { lengths[$0] > 0 }
      .sorted { (lengths[$0], $0) < (lengths[$1], $1) }
      .map { UInt16($0 - lengths.startIndex) }
    var code: UInt32 = 0
    var index = 0
    for length in 1...Self.tableBits {
      for _ in 0..<counts[Int(length)] {
        // More codes than the bits allow are found out when one of them is read.
        guard code < 1 << length else { return }
        fill(symbols[index], code, length)
        code += 1
        index += 1
      }
      code <<= 1
    }
  }

  private mutating func fill(_ symbol: UInt16, _ code: UInt32, _ length: UInt32) {
    var reversed = 0
    for bit in 0..<length where code & 1 << bit != 0 { reversed |= 1 << Int(length - 1 - bit) }
    for place in stride(from: reversed, to: table.count, by: 1 << Int(length)) {
      table[place] = symbol << 4 | UInt16(length)
    }
  }

  /// The symbol that the next bits make, the first one lowest, and how many bits it has; nil if
  /// they make none.
  func symbol(_ bits: UInt64) -> (symbol: Int, bitCount: UInt32)? {
    let entry = table[Int(bits & (1 << UInt64(Self.tableBits) - 1))]
    if entry != 0 { return (Int(entry >> 4), UInt32(entry & 0xf)) }
    var code = 0
    var first = 0
    var index = 0
    for length in 1...Self.lengthLimit {
      code |= Int(bits >> UInt64(length - 1) & 1)
      let count = counts[Int(length)]
      if code - first < count {
        let place = index + code - first
        return symbols.indices.contains(place) ? (Int(symbols[place]), length) : nil
      }
      index += count
      first = (first + count) << 1
      code <<= 1
    }
    return nil
  }
}

/// Unpacks what zlib has compressed (RFC 1950, RFC 1951).
///
/// It is here so that an app that links us need not link zlib. Memory grows with what is unpacked,
/// never with what is claimed.
struct Inflation {
  private let input: [UInt8]
  private let path: String
  private var position = 0
  /// The bits that come next, the first one lowest.
  private var bits: UInt64 = 0
  private var bitCount: UInt32 = 0
  private var output: [UInt8] = []
  private let limit: Int

  /// Unpacks a stream, with its header, that holds `count` bytes.
  ///
  /// It is an error if it holds another number of bytes, or others than its checksum says.
  static func unpack(
    _ packed: [UInt8], count: Int, path: String
  ) throws(SymbolicationError) -> [UInt8] {
    var inflation = Inflation(input: packed, path: path, limit: count)
    return try inflation.unpack()
  }

  private init(input: [UInt8], path: String, limit: Int) {
    self.input = input
    self.path = path
    self.limit = limit
  }

  private mutating func unpack() throws(SymbolicationError) -> [UInt8] {
    let method = try readBits(8)
    let flags = try readBits(8)
    guard method & 0xf == 8, flags & 0x20 == 0, (method << 8 | flags) % 31 == 0 else {
      throw damaged
    }
    while try !readBlock() {}
    guard output.count == limit else { throw damaged }
    skipToByte()
    var checksum: UInt32 = 0
    for _ in 0..<4 { checksum = checksum << 8 | (try readBits(8)) }
    guard checksum == Self.adler32(output) else { throw damaged }
    return output
  }

  private var damaged: SymbolicationError {
    SymbolicationError(.malformed, path: path, "a section compressed with zlib is damaged")
  }

  private static func adler32(_ bytes: [UInt8]) -> UInt32 {
    var low: UInt32 = 1
    var high: UInt32 = 0
    for byte in bytes {
      low = (low + UInt32(byte)) % 65_521
      high = (high + low) % 65_521
    }
    return high << 16 | low
  }

  /// Takes bytes into `bits` as long as there is room for one.
  private mutating func refill() {
    while bitCount <= 56, position < input.count {
      bits |= UInt64(input[position]) << UInt64(bitCount)
      bitCount += 8
      position += 1
    }
  }

  private mutating func drop(_ count: UInt32) throws(SymbolicationError) {
    guard count <= bitCount else { throw damaged }
    bits >>= UInt64(count)
    bitCount -= count
  }

  private mutating func readBits(_ count: UInt32) throws(SymbolicationError) -> UInt32 {
    if bitCount < count { refill() }
    let value = UInt32(truncatingIfNeeded: bits & (1 << UInt64(count) - 1))
    try drop(count)
    return value
  }

  private mutating func skipToByte() {
    bits >>= UInt64(bitCount % 8)
    bitCount -= bitCount % 8
  }

  /// Reads a block.
  ///
  /// - Returns: Whether it is the last one.
  private mutating func readBlock() throws(SymbolicationError) -> Bool {
    let isLast = try readBits(1) == 1
    switch try readBits(2) {
    case 0: try readStored()
    case 1: try readCodes(Self.fixedLiterals, Self.fixedDistances)
    case 2:
      let (literals, distances) = try readTables()
      try readCodes(literals, distances)
    default: throw damaged
    }
    return isLast
  }

  private mutating func readStored() throws(SymbolicationError) {
    skipToByte()
    let count = Int(try readBits(16))
    guard try readBits(16) == ~UInt32(count) & 0xffff else { throw damaged }
    position -= Int(bitCount / 8)
    (bits, bitCount) = (0, 0)
    guard count <= limit - output.count, count <= input.count - position else { throw damaged }
    output += input[position..<position + count]
    position += count
  }

  /// Reads literals and copies of what came before.
  private mutating func readCodes(
    _ literals: HuffmanCode, _ distances: HuffmanCode
  ) throws(SymbolicationError) {
    while true {
      let symbol = try read(literals)
      switch symbol {
      case 0..<256:
        guard output.count < limit else { throw damaged }
        output.append(UInt8(symbol))
      case 256:
        return
      default:
        guard Self.lengths.indices.contains(symbol - 257) else { throw damaged }
        let (base, extra) = Self.lengths[symbol - 257]
        let length = base + Int(try readBits(extra))
        let code = try read(distances)
        guard Self.distances.indices.contains(code) else { throw damaged }
        let (near, more) = Self.distances[code]
        let distance = near + Int(try readBits(more))
        guard distance <= output.count, length <= limit - output.count else { throw damaged }
        for _ in 0..<length { output.append(output[output.count - distance]) }
      }
    }
  }

  private mutating func read(_ code: HuffmanCode) throws(SymbolicationError) -> Int {
    if bitCount < HuffmanCode.lengthLimit { refill() }
    guard let (symbol, count) = code.symbol(bits) else { throw damaged }
    try drop(count)
    return symbol
  }

  /// Reads the codes of a block that brings its own.
  private mutating func readTables() throws(SymbolicationError) -> (HuffmanCode, HuffmanCode) {
    let literalCount = Int(try readBits(5)) + 257
    let distanceCount = Int(try readBits(5)) + 1
    let count = Int(try readBits(4)) + 4
    var lengths = [UInt8](repeating: 0, count: 19)
    for position in Self.order.prefix(count) { lengths[position] = UInt8(try readBits(3)) }
    let code = HuffmanCode(lengths[...])
    lengths = []
    while lengths.count < literalCount + distanceCount {
      let symbol = try read(code)
      let (value, repeats): (UInt8, UInt32)
      switch symbol {
      case 16:
        guard let last = lengths.last else { throw damaged }
        (value, repeats) = (last, 3 + (try readBits(2)))
      case 17: (value, repeats) = (0, 3 + (try readBits(3)))
      case 18: (value, repeats) = (0, 11 + (try readBits(7)))
      default: (value, repeats) = (UInt8(symbol), 1)
      }
      for _ in 0..<repeats { lengths.append(value) }
    }
    guard lengths.count == literalCount + distanceCount else { throw damaged }
    return (HuffmanCode(lengths[..<literalCount]), HuffmanCode(lengths[literalCount...]))
  }
}

extension Inflation {
  /// The order in which the lengths of the code of code lengths stand.
  private static let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

  private static let fixedLiterals = HuffmanCode(
    ([UInt8](repeating: 8, count: 144) + [UInt8](repeating: 9, count: 112)
      + [UInt8](repeating: 7, count: 24) + [UInt8](repeating: 8, count: 8))[...])

  private static let fixedDistances = HuffmanCode([UInt8](repeating: 5, count: 30)[...])

  /// The shortest length of each code from 257 on, and how many bits follow.
  private static let lengths: [(Int, UInt32)] = {
    var lengths = (0..<8).map { (3 + $0, UInt32(0)) }
    for extra: UInt32 in 1...5 {
      for _ in 0..<4 { lengths.append(next(after: lengths, extra)) }
    }
    return lengths + [(258, 0)]
  }()

  /// The shortest distance of each code, and how many bits follow.
  private static let distances: [(Int, UInt32)] = {
    var distances = (0..<4).map { (1 + $0, UInt32(0)) }
    for extra: UInt32 in 1...13 {
      for _ in 0..<2 { distances.append(next(after: distances, extra)) }
    }
    return distances
  }()

  /// What begins where the last one of a table ends.
  private static func next(after table: [(Int, UInt32)], _ extra: UInt32) -> (Int, UInt32) {
    (table.last.map { $0.0 + 1 << Int($0.1) } ?? 0, extra)
  }
}

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
    for position in stride(from: reversed, to: table.count, by: 1 << Int(length)) {
      table[position] = symbol << 4 | UInt16(length)
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
        let position = index + code - first
        return symbols.indices.contains(position) ? (Int(symbols[position]), length) : nil
      }
      index += count
      first = (first + count) << 1
      code <<= 1
    }
    return nil
  }
}

/// The encoding of identifiers with characters beyond ASCII (RFC 3492, with Swift's own digits).
enum Punycode {
  /// The text; nil if it is none.
  static func decode(_ bytes: ArraySlice<UInt8>) -> String? {
    var output: [Unicode.Scalar] = []
    var rest = bytes
    if let mark = bytes.lastIndex(of: UInt8(ascii: "_")) {
      for byte in bytes[..<mark] {
        guard byte < 0x80 else { return nil }
        output.append(Unicode.Scalar(byte))
      }
      rest = bytes[(mark + 1)...]
    }
    var (value, index, bias) = (128, 0, 72)
    while !rest.isEmpty {
      let start = index
      var weight = 1
      var threshold = 36 - bias
      while true {
        guard let byte = rest.popFirst(), let digit = digit(byte) else { return nil }
        index += digit * weight
        let limit = min(max(threshold, 1), 26)
        if digit < limit { break }
        weight *= 36 - limit
        guard weight < 1 << 24, index < 1 << 30 else { return nil }
        threshold += 36
      }
      let count = output.count + 1
      bias = adapted(index - start, count, isFirst: start == 0)
      value += index / count
      index %= count
      guard let scalar = scalar(value) else { return nil }
      output.insert(scalar, at: index)
      index += 1
    }
    return String(String.UnicodeScalarView(output))
  }

  /// ASCII characters that can't stand in a symbol are moved to a range of their own.
  private static func scalar(_ value: Int) -> Unicode.Scalar? {
    guard let code = UInt32(exactly: value) else { return nil }
    return Unicode.Scalar((0xd800..<0xd880).contains(code) ? code - 0xd800 : code)
  }

  private static func digit(_ byte: UInt8) -> Int? {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(byte - UInt8(ascii: "a"))
    case UInt8(ascii: "A")...UInt8(ascii: "J"): Int(byte - UInt8(ascii: "A")) + 26
    default: nil
    }
  }

  private static func adapted(_ distance: Int, _ count: Int, isFirst: Bool) -> Int {
    var distance = isFirst ? distance / 700 : distance / 2
    distance += distance / count
    var bias = 0
    while distance > 35 * 26 / 2 {
      distance /= 35
      bias += 36
    }
    return bias + 36 * distance / (distance + 38)
  }
}

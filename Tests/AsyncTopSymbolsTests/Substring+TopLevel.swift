/// Reading demangled text outside of its brackets and backticks.
extension Substring {
  /// The first place outside of brackets where `marker` stands.
  func range(ofTopLevel marker: String) -> Range<Index>? {
    let marker = marker.utf8
    return firstTopLevelIndex { utf8[$0...].starts(with: marker) }
      .map { $0..<utf8.index($0, offsetBy: marker.count) }
  }

  /// The parts between the markers that stand outside of brackets; at least one.
  func split(atTopLevel marker: String) -> [Substring] {
    var parts: [Substring] = []
    var rest = self
    while let found = rest.range(ofTopLevel: marker) {
      parts.append(rest[..<found.lowerBound])
      rest = rest[found.upperBound...]
    }
    return parts + [rest]
  }

  /// Where the parameters or the type of a declaration begin: `(`, or ` : `.
  ///
  /// A parenthesis that opens a component of the path holds a private name.
  var signatureStart: Index {
    firstTopLevelIndex { index in
      if utf8[index...].starts(with: " : ".utf8) { return true }
      guard utf8[index] == UInt8(ascii: "("), index > startIndex else { return false }
      return utf8[utf8.index(before: index)] != UInt8(ascii: ".")
    } ?? endIndex
  }

  /// The first place in no bracket that satisfies a condition.
  ///
  /// An angle bracket counts only where it can be one: `<` after a name, `>` not after `-`. So
  /// operators and arrows are no brackets.
  private func firstTopLevelIndex(where matches: (Index) -> Bool) -> Index? {
    var depth = 0
    var angles = 0
    var isQuoted = false
    var previous: UInt8 = 0
    for index in utf8.indices {
      let byte = utf8[index]
      if depth == 0, angles == 0, !isQuoted, matches(index) { return index }
      switch byte {
      case UInt8(ascii: "`"): isQuoted.toggle()
      case _ where isQuoted: break
      case UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"): depth = Swift.max(0, depth - 1)
      case UInt8(ascii: "<") where previous.canEndName: angles += 1
      case UInt8(ascii: ">") where previous != UInt8(ascii: "-"): angles = Swift.max(0, angles - 1)
      default: break
      }
      previous = byte
    }
    return nil
  }
}

extension UInt8 {
  /// Whether a name can end with this byte: letters, digits, `_`, and parts of other characters.
  fileprivate var canEndName: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
      true
    default: false
    }
  }
}

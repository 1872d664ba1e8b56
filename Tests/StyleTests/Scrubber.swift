/// Separates code from comments and from the contents of string literals.
///
/// Each of the two texts has the lines and columns of the source; what belongs to the other is
/// blank. Code inside an interpolation stays code.
struct Scrubber {
  private enum Context {
    /// Code, inside an interpolation if `parentheses` can go below zero.
    case code(parentheses: Int)
    case string(hashes: Int, quotes: Int)
  }

  private let source: [UInt8]
  private let isSwift: Bool
  private var index = 0
  private var contexts = [Context.code(parentheses: 0)]
  private var code: [UInt8]
  private var comments: [UInt8]

  private init(_ text: String, isSwift: Bool) {
    source = Array(text.utf8)
    self.isSwift = isSwift
    code = source.map { $0 == UInt8(ascii: "\n") ? $0 : UInt8(ascii: " ") }
    comments = code
  }

  static func scrub(_ text: String, isSwift: Bool = true) -> (code: String, comments: String) {
    var scrubber = Scrubber(text, isSwift: isSwift)
    while scrubber.index < scrubber.source.count {
      switch scrubber.contexts.last {
      case .code(let parentheses): scrubber.stepThroughCode(parentheses)
      case .string(let hashes, let quotes): scrubber.stepThroughString(hashes, quotes)
      case nil: scrubber.contexts = [.code(parentheses: 0)]
      }
    }
    return (
      String(decoding: scrubber.code, as: UTF8.self),
      String(decoding: scrubber.comments, as: UTF8.self)
    )
  }

  private func stands(_ text: String, at place: Int) -> Bool {
    source[place...].starts(with: text.utf8)
  }

  private mutating func stepThroughCode(_ parentheses: Int) {
    if stands("//", at: index) { return copyLineComment() }
    if stands("/*", at: index) { return copyBlockComment() }
    let byte = source[index]
    if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "#") || (byte == 0x27 && !isSwift) {
      if beginString() { return }
    }
    if byte == UInt8(ascii: "`"), isSwift { return copyQuotedName() }
    code[index] = byte
    index += 1
    if byte == UInt8(ascii: "(") {
      contexts[contexts.count - 1] = .code(parentheses: parentheses + 1)
    } else if byte == UInt8(ascii: ")") {
      if parentheses == 0, contexts.count > 1 {
        contexts.removeLast()
      } else {
        contexts[contexts.count - 1] = .code(parentheses: max(0, parentheses - 1))
      }
    }
  }

  private mutating func copyLineComment() {
    while index < source.count, source[index] != UInt8(ascii: "\n") {
      comments[index] = source[index]
      index += 1
    }
  }

  private mutating func copyBlockComment() {
    var depth = 0
    while index < source.count {
      let isOpening = stands("/*", at: index)
      if isOpening || stands("*/", at: index) {
        depth += isOpening ? 1 : -1
        comments[index] = source[index]
        index += 1
      }
      comments[index] = source[index]
      index += 1
      if depth == 0 || (!isSwift && stands("*/", at: max(0, index - 2)) && index > 3) { return }
    }
  }

  /// Goes past the quotes that open a string, if there are any here.
  private mutating func beginString() -> Bool {
    var hashes = 0
    while index + hashes < source.count, source[index + hashes] == UInt8(ascii: "#") { hashes += 1 }
    let start = index + hashes
    guard start < source.count else { return false }
    let delimiter = source[start]
    guard delimiter == UInt8(ascii: "\"") || (delimiter == 0x27 && !isSwift) else { return false }
    let quotes = isSwift && stands("\"\"\"", at: start) ? 3 : 1
    for place in index..<start + quotes { code[place] = source[place] }
    index = start + quotes
    contexts.append(.string(hashes: hashes, quotes: delimiter == 0x27 ? 0 : quotes))
    return true
  }

  private mutating func stepThroughString(_ hashes: Int, _ quotes: Int) {
    let pounds = String(repeating: "#", count: hashes)
    if stands("\\" + pounds, at: index) {
      let next = index + 1 + hashes
      if isSwift, next < source.count, source[next] == UInt8(ascii: "(") {
        contexts.append(.code(parentheses: 0))
        code[next] = source[next]
      }
      index = next + 1
      return
    }
    // Single quotes, of C, are counted as none.
    let end = (quotes == 0 ? "'" : String(repeating: "\"", count: quotes)) + pounds
    if stands(end, at: index) {
      for place in index..<index + end.utf8.count { code[place] = source[place] }
      index += end.utf8.count
      contexts.removeLast()
    } else {
      if source[index] == UInt8(ascii: "\n"), quotes < 3 { contexts.removeLast() }
      index += 1
    }
  }

  /// Copies a name in backticks, with what isn't a letter or digit made `_`.
  private mutating func copyQuotedName() {
    repeat {
      let byte = source[index]
      let character = Character(UnicodeScalar(byte))
      let stays = byte < 0x80 && (character.isWordPart || character == "`")
      code[index] = stays ? byte : UInt8(ascii: "_")
      index += 1
    } while index < source.count && source[index] != UInt8(ascii: "`")
      && source[index] != UInt8(ascii: "\n")
    guard index < source.count, source[index] == UInt8(ascii: "`") else { return }
    code[index] = source[index]
    index += 1
  }
}

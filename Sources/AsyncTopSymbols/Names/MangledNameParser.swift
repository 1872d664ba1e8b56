/// Reads a mangled name of Swift, whose operators stand behind what they are about.
///
/// The Swift runtime has a demangler too. It is no good for names that somebody made to hurt: a
/// name of 155 bytes becomes 479 MB of text, and others end the process. This one keeps no types,
/// so that nothing in it can grow, and gives up on what it doesn't know; the name then stays as it
/// is.
///
/// The grammar is that of `docs/ABI/Mangling.rst` in Swift's repository.
struct MangledNameParser {
  /// Longer names are left as they are.
  static let lengthLimit = 16_384
  /// The most parts that wait for an operator.
  private static let stackLimit = 4_096
  /// How often a part may be repeated at once, which is the compiler's own limit.
  static let repetitionLimit = 2_048
  /// The longest text of a part.
  private static let textLimit = 65_536

  private let bytes: [UInt8]
  var position: Int
  private(set) var stack: [MangledNode] = []
  private var substitutions: [MangledNode] = []
  private var words: [[UInt8]] = []
  /// How many bytes of text were made.
  private var textLength = 0

  /// What a name says; nil if it is not a name of Swift, or one that can't be read.
  static func parse(_ mangled: String) -> MangledNode? {
    guard mangled.utf8.count <= lengthLimit, mangled.hasPrefix("$s") || mangled.hasPrefix("$S")
    else { return nil }
    var parser = MangledNameParser(Array(mangled.utf8))
    return parser.parse()
  }

  private init(_ bytes: [UInt8]) {
    self.bytes = bytes
    position = 2
  }

  private mutating func parse() -> MangledNode? {
    while position < bytes.count {
      guard let node = readOperator(), push(node) else { return nil }
    }
    if case .suffix = stack.last?.kind { stack.removeLast() }
    var isThunk = false
    while let attribute = pop(where: { if case .attribute = $0.kind { true } else { false } }) {
      isThunk = isThunk || attribute.isThunk
      if !attribute.text.isEmpty { return attribute }
    }
    guard stack.count == 1, var node = stack.last, node.isEntity else { return nil }
    node.isThunk = node.isThunk || isThunk
    return node
  }

  // MARK: The stack

  mutating func push(_ node: MangledNode) -> Bool {
    textLength += node.text.utf8.count
    guard stack.count < Self.stackLimit, node.text.utf8.count <= Self.textLimit,
      textLength <= 64 * Self.textLimit
    else { return false }
    stack.append(node)
    return true
  }

  mutating func pop() -> MangledNode? { stack.popLast() }

  /// The last part, if it is of a sort.
  mutating func pop(where isWanted: (MangledNode) -> Bool) -> MangledNode? {
    guard let last = stack.last, isWanted(last) else { return nil }
    return stack.popLast()
  }

  mutating func popType() -> MangledNode? {
    pop { if case .type = $0.kind { true } else { false } }
  }

  mutating func popEmptyList() -> Bool {
    pop { if case .emptyList = $0.kind { true } else { false } } != nil
  }

  mutating func popFirstMark() -> Bool {
    pop { if case .firstMark = $0.kind { true } else { false } } != nil
  }

  mutating func popIdentifier() -> MangledNode? {
    pop { if case .identifier = $0.kind { true } else { false } }
  }

  mutating func popName() -> MangledNode? { pop(where: \.isName) }

  mutating func popPrivateName() -> MangledNode? {
    pop { if case .privateName = $0.kind { true } else { false } }
  }

  mutating func popEntity() -> MangledNode? { pop(where: \.isEntity) }

  mutating func popSignature() -> MangledNode? {
    pop { if case .genericSignature = $0.kind { true } else { false } }
  }

  mutating func popModule() -> MangledNode? {
    if let name = popIdentifier() { return MangledNode(.module, module: name.text) }
    return pop { if case .module = $0.kind { true } else { false } }
  }

  /// What something is declared in.
  mutating func popContext() -> MangledNode? {
    if let module = popModule() { return module }
    if let type = popType() { return type.isNominal ? type : nil }
    return pop { if case .entity = $0.kind { true } else { false } }
  }

  /// A list whose first element has a mark behind it; `element` takes one off the stack.
  ///
  /// Gives how many there are; nil if an element is missing.
  mutating func popList(_ element: (inout Self) -> Bool) -> Int? {
    if popEmptyList() { return 0 }
    var count = 0
    var isFirst = false
    while !isFirst {
      isFirst = popFirstMark()
      guard element(&self) else { return nil }
      count += 1
    }
    return count
  }

  /// The arguments of generic types, from the inside out, with conformances.
  mutating func popGenericArguments() -> Bool {
    while pop(where: { if case .retroactiveConformance = $0.kind { true } else { false } }) != nil {
    }
    while true {
      while popType() != nil {}
      if popEmptyList() { return true }
      guard popFirstMark() else { return false }
    }
  }

  // MARK: The text

  mutating func next() -> UInt8? {
    guard position < bytes.count else { return nil }
    defer { position += 1 }
    return bytes[position]
  }

  var following: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard let byte = following, byte == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  mutating func skip(anyOf characters: String) -> Bool {
    guard let byte = following, characters.utf8.contains(byte) else { return false }
    position += 1
    return true
  }

  mutating func readNumber() -> Int? {
    var number: Int?
    while let byte = following, byte.isDigit {
      let (product, isTooBig) = (number ?? 0).multipliedReportingOverflow(by: 10)
      let digit = Int(byte - UInt8(ascii: "0"))
      guard !isTooBig, product <= Int(Int32.max) - digit else { return nil }
      number = product + digit
      position += 1
    }
    return number
  }

  /// `_` for 0, `0_` for 1 and so on.
  mutating func readIndex() -> Int? {
    if skip("_") { return 0 }
    guard let number = readNumber(), skip("_") else { return nil }
    return number + 1
  }

  /// Skips as many bytes as a number says.
  mutating func skipCounted() -> Bool {
    guard let count = readNumber(), count > 0, count <= bytes.count - position else { return false }
    position += count
    return true
  }

  mutating func stepBack() { position -= 1 }

  mutating func skipToEnd() { position = bytes.count }

  // MARK: Repetitions

  mutating func addSubstitution(_ node: MangledNode?) -> MangledNode? {
    if let node { substitutions.append(node) }
    return node
  }

  /// Reads the letters of what came before, each with a number if it comes more than once.
  mutating func readSubstitutions() -> MangledNode? {
    while true {
      let count = readNumber()
      guard let letter = next() else { return nil }
      switch letter {
      case UInt8(ascii: "a")...UInt8(ascii: "z"):
        guard let node = repeated(Int(letter - UInt8(ascii: "a")), count ?? 1), push(node) else {
          return nil
        }
      case UInt8(ascii: "A")...UInt8(ascii: "Z"):
        return repeated(Int(letter - UInt8(ascii: "A")), count ?? 1)
      case UInt8(ascii: "_"):
        return repeated(count.map { $0 + 27 } ?? 26, 1)
      default:
        return nil
      }
    }
  }

  private mutating func repeated(_ index: Int, _ count: Int) -> MangledNode? {
    guard substitutions.indices.contains(index) else { return nil }
    return repeated(substitutions[index], count)
  }

  /// Pushes a part once less than it is wanted, for the caller to push it once more.
  mutating func repeated(_ node: MangledNode, _ count: Int) -> MangledNode? {
    guard count <= Self.repetitionLimit else { return nil }
    for _ in 1..<max(1, count) { guard push(node) else { return nil } }
    return node
  }

  // MARK: Identifiers

  /// A number and as many bytes; after a 0, letters for words that came before in between; after
  /// 00, in Punycode.
  mutating func readIdentifier() -> MangledNode? {
    guard following?.isDigit == true else { return nil }
    var hasWords = false
    var isPunycode = false
    if skip("0") {
      isPunycode = skip("0")
      hasWords = !isPunycode
    }
    var identifier: [UInt8] = []
    repeat {
      while hasWords, let letter = following, letter.isLetter {
        position += 1
        hasWords = letter >= UInt8(ascii: "a")
        let index = Int((letter | 0x20) - UInt8(ascii: "a"))
        guard words.indices.contains(index) else { return nil }
        identifier += words[index]
      }
      if skip("0") { break }
      guard let count = readNumber(), count > 0 else { return nil }
      if isPunycode { _ = skip("_") }
      guard count <= bytes.count - position else { return nil }
      let part = bytes[position..<position + count]
      position += count
      if isPunycode {
        guard let decoded = Punycode.decode(part) else { return nil }
        identifier += Array(decoded.utf8)
      } else {
        identifier += part
        addWords(of: part)
      }
    } while hasWords && identifier.count <= Self.textLimit
    guard !identifier.isEmpty else { return nil }
    return addSubstitution(MangledNode(.identifier, String(decoding: identifier, as: UTF8.self)))
  }

  /// Remembers the words of an identifier: they begin behind `_` or a digit, and with a capital.
  private mutating func addWords(of identifier: ArraySlice<UInt8>) {
    var start: Int?
    for index in identifier.startIndex...identifier.endIndex {
      let byte = index < identifier.endIndex ? identifier[index] : 0
      if let begin = start, index > begin, byte.endsWord(after: identifier[index - 1]) {
        if index - begin >= 2, words.count < 26 { words.append(Array(identifier[begin..<index])) }
        start = nil
      }
      if start == nil, !byte.isDigit, byte != UInt8(ascii: "_"), byte != 0 { start = index }
    }
  }
}

extension UInt8 {
  var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

  var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }

  private var isCapital: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) }

  fileprivate func endsWord(after previous: UInt8) -> Bool {
    self == 0 || self == UInt8(ascii: "_") || (!previous.isCapital && isCapital)
  }
}

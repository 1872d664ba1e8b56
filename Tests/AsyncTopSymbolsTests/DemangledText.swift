/// What the runtime says of a name, made shorter: another way to the same result.
///
/// The form is `derivation… scope in scope in … entity`. A derivation is what the compiler puts
/// before the name of a function it has made of another; a scope is a closure or a local function;
/// the entity is a declaration with its module.
struct DemangledText {
  private(set) var module: String?
  private(set) var isThunk = false
  private var text: Substring

  init(_ demangled: String) { text = demangled[...] }

  mutating func parse() -> String {
    drop(after: " with unmangled suffix ")
    while stripPiece() || stripDerivation() {}
    guard !text.hasPrefix("reabstraction ") else {
      isThunk = true
      return "reabstraction thunk"
    }
    drop(after: " in conformance ")
    drop(after: " dispatching to ")
    var scopes = text.split(atTopLevel: " in ")
    let entity = simplified(entity: scopes.removeLast())
    return (scopes.map(Self.simplified(scope:)) + [entity]).joined(separator: " in ")
  }

  private mutating func drop(after marker: String) {
    if let found = text.range(ofTopLevel: marker) { text = text[..<found.lowerBound] }
  }

  /// Strips `(2) await resume partial function for`, the name of a piece of an async function.
  private mutating func stripPiece() -> Bool {
    guard text.first == "(" else { return false }
    let rest = text.dropFirst().drop { $0.isNumber }
    let marker = " resume partial function for "
    guard rest.hasPrefix(") await" + marker) || rest.hasPrefix(") suspend" + marker),
      let found = rest.range(ofTopLevel: marker)
    else { return false }
    text = rest[found.upperBound...]
    return true
  }

  /// Strips a derivation: `partial apply forwarder for`, `generic specialization <Int> of`.
  private mutating func stripDerivation() -> Bool {
    let words = text.split(separator: " ", maxSplits: 2)
    guard words.count > 1, !words[0].contains("."), words[0].first != "(",
      !["static", "closure", "implicit", "reabstraction"].contains(words[0]),
      words[1].first != "#"
    else { return false }
    let ends = [" for ", " of ", " to "].compactMap { text.range(ofTopLevel: $0) }
    let end =
      ends.min { $0.lowerBound < $1.lowerBound }?.upperBound ?? words[1].startIndex
    let derivation = text[..<end]
    isThunk =
      isThunk
      || ["thunk", "partial apply", "witness", "outlined", "accessor"]
        .contains { derivation.contains($0) }
    text = text[end...]
    return true
  }

  /// Shortens `closure #1 (Swift.Int) async -> ()`, or `inner #1 (value: Swift.Int) -> ()`.
  private static func simplified(scope: Substring) -> String {
    guard let mark = scope.range(ofTopLevel: " #") else { return String(scope) }
    let name = scope[..<mark.lowerBound]
    let number = scope[mark.upperBound...].prefix { $0.isNumber }
    if name == "closure" || name == "implicit closure" { return "\(name) #\(number)" }
    let signature = scope[mark.upperBound...].dropFirst(number.count).drop { $0 != "(" }
    return name + parameterLabels(signature)
  }

  private mutating func simplified(entity: Substring) -> String {
    var rest = entity
    var prefix = ""
    if rest.hasPrefix("static ") {
      prefix = "static "
      rest = rest.dropFirst(prefix.count)
    }
    var extending: Substring?
    if rest.hasPrefix("(extension in "), let end = rest.range(ofTopLevel: ":") {
      extending = rest[..<end.lowerBound].dropFirst("(extension in ".count).dropLast()
      rest = rest[end.upperBound...]
    }
    let signature = rest[rest.signatureStart...]
    var path = rest[..<signature.startIndex].split(atTopLevel: ".").map(Self.component)
    if path.count > 1 {
      let home = path.removeFirst()
      module = extending.map { String($0) } ?? home
    }
    return prefix + path.joined(separator: ".") + Self.parameterLabels(signature)
  }

  /// Shortens a name of a path: `(secret in _1F3)`, `Task<A, B>`, `== infix`.
  private static func component(_ text: Substring) -> String {
    var name = text
    if name.first == "(", let end = name.dropFirst().range(ofTopLevel: " in ") {
      name = name[..<end.lowerBound].dropFirst()
    }
    if let generics = name.range(ofTopLevel: "<"), generics.lowerBound > name.startIndex {
      name = name[..<generics.lowerBound]
    }
    for fixity in [" infix", " prefix", " postfix"] where name.hasSuffix(fixity) {
      name = name.dropLast(fixity.count)
    }
    switch name {
    case "__allocating_init": return "init"
    case "__deallocating_deinit", "__isolated_deallocating_deinit": return "deinit"
    case "$main": return "main"
    default: return String(name)
    }
  }

  /// `(_:name:)` of `(Swift.Int, name: Swift.String) async -> ()`; nothing for what is no function.
  private static func parameterLabels(_ signature: Substring) -> String {
    guard signature.first == "(" else { return "" }
    let inside = signature.dropFirst()
    guard let end = inside.range(ofTopLevel: ")"), end.lowerBound > inside.startIndex else {
      return "()"
    }
    let labels = inside[..<end.lowerBound].split(atTopLevel: ", ").map { parameter in
      parameter.range(ofTopLevel: ": ").map { "\(parameter[..<$0.lowerBound]):" } ?? "_:"
    }
    return "(\(labels.joined()))"
  }
}

/// The Swift runtime's own demangler: what it says of a real name is right.
enum RuntimeDemangler {
  static func demangle(_ mangled: String) -> String? {
    guard let text = unsafe swiftDemangle(mangled, mangled.utf8.count, nil, nil, 0) else {
      return nil
    }
    defer { unsafe text.deallocate() }
    let result = unsafe String(cString: text)
    return result == mangled ? nil : result
  }
}

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

// libswiftCore exports this function of the C calling convention, on which `swift_backtrace` and
// debuggers rely, but no module of the toolchain declares it. Its five arguments and its result
// travel in the same registers in Swift's convention.
@_silgen_name("swift_demangle")
private func swiftDemangle(
  _ name: UnsafePointer<CChar>?, _ length: Int, _ output: UnsafeMutablePointer<CChar>?,
  _ outputLength: UnsafeMutablePointer<Int>?, _ flags: UInt32
) -> UnsafeMutablePointer<CChar>?

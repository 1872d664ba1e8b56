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

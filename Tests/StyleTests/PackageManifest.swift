/// What `Package.swift` says of the targets.
struct PackageManifest {
  /// The names each target depends on: of other targets, and of products.
  private(set) var dependencies: [String: Set<String>] = [:]
  /// The same for the targets in `Tests`.
  private(set) var testDependencies: [String: Set<String>] = [:]
  private let text: String

  init(_ text: String) {
    self.text = text
    for kind in ["target", "executableTarget", "systemLibrary", "testTarget"] {
      for arguments in Self.arguments(of: ".\(kind)(", in: text) {
        guard let name = Self.strings(in: arguments).first else { continue }
        let list = arguments.firstRange(of: "dependencies: [").map { arguments[$0.upperBound...] }
        let names = Set(Self.strings(in: Self.dependencyList(list ?? "")))
        if kind == "testTarget" || arguments.contains("path: \"Tests/") {
          testDependencies[name] = names
        } else {
          dependencies[name] = names
        }
      }
    }
  }

  /// What keeps the targets from having one set of settings, and others from depending on us.
  var violations: [Violation] {
    var messages: [String] = []
    let loop = "for target in package.targets where target.type != .plugin {\n"
    if !text.contains(loop + "  target.swiftSettings = settings\n}") {
      messages.append("the common settings are not given to every target")
    }
    if text.contains("swiftSettings:") { messages.append("a target has settings of its own") }
    if text.contains("unsafeFlags") { messages.append("nobody can depend on unsafe flags") }
    return messages.map { Violation(path: "Package.swift", message: $0) }
  }

  /// What stands between each opening of a call and the parenthesis that ends it.
  private static func arguments(of call: String, in text: String) -> [Substring] {
    var found: [Substring] = []
    var rest = text[...]
    while let start = rest.firstRange(of: call) {
      rest = rest[start.upperBound...]
      found.append(upToEnd(of: rest, opening: "(", closing: ")"))
    }
    return found
  }

  private static func upToEnd(
    of text: Substring, opening: Character, closing: Character
  ) -> Substring {
    var depth = 1
    return text.prefix { character in
      depth += character == opening ? 1 : character == closing ? -1 : 0
      return depth > 0
    }
  }

  /// The list up to its bracket, without the packages that products come from.
  private static func dependencyList(_ text: Substring) -> Substring {
    var list = upToEnd(of: text, opening: "[", closing: "]")
    while let package = list.firstRange(of: ", package: \"") {
      let after = list[package.upperBound...].drop { $0 != "\"" }.dropFirst()
      list = (String(list[..<package.lowerBound]) + after)[...]
    }
    return list
  }

  private static func strings(in text: Substring) -> [String] {
    let parts = text.split(separator: "\"", omittingEmptySubsequences: false)
    return parts.indices.filter { !$0.isMultiple(of: 2) }.map { String(parts[$0]) }
  }
}

/// The types a Swift file declares or extends at its top level.
enum Declarations {
  struct Declaration: Equatable {
    let name: String
    let isExtension: Bool
    let line: Int
    var lineCount = 1
  }

  static func topLevel(in file: SourceFile) -> [Declaration] {
    var depth = 0
    var found: [Declaration] = []
    var isOpen = false
    for (index, line) in file.code.enumerated() {
      if depth == 0, let declaration = declaration(in: line, number: index + 1) {
        found.append(declaration)
        isOpen = true
      }
      for character in line where "{}".contains(character) { depth += character == "{" ? 1 : -1 }
      if isOpen, depth == 0, line.contains("}"), let last = found.indices.last {
        found[last].lineCount = index + 2 - found[last].line
        isOpen = false
      }
    }
    return found
  }

  private static let keywords: Set<Substring> = [
    "struct", "class", "enum", "actor", "protocol", "extension",
  ]

  private static func declaration(in line: Substring, number: Int) -> Declaration? {
    // `import struct A.B` declares nothing.
    // `extension CPU: Codable where …` and `struct Box<Content>: ~Copyable {`
    let words = line.split { " :<{(".contains($0) }
    guard !words.contains("import"),
      let place = words.firstIndex(where: { keywords.contains($0) }),
      words.index(after: place) < words.endIndex
    else { return nil }
    var name = words[place + 1]
    if words[place] == "class", ["func", "var"].contains(name) { return nil }
    if name.first == "`" { name = name.dropFirst().dropLast() }
    return Declaration(
      name: String(name), isExtension: words[place] == "extension", line: number)
  }
}

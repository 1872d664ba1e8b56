/// What a file is called, and what it may declare.
enum NameRules {
  /// How many types of some size a file may declare.
  static let typeLimit = 3
  /// A type of fewer lines is small: it stands with its only owner.
  static let smallType = 40
  static let bannedNames: Set<String> = ["Utilities", "Utility", "Helpers", "Common", "Types"]

  /// No file or folder has a name that says nothing.
  static func names(_ file: SourceFile) -> [Violation] {
    let parts = file.folders + [file.stem]
    return parts.flatMap { words(of: $0) }.filter { bannedNames.contains($0) }.map {
      Violation(path: file.path, message: "“\($0)” in a name says nothing about the contents")
    }
  }

  /// `ByteView+DWARFForm` is `Byte`, `View`, `DWARFForm`.
  private static func words(of name: Substring) -> [String] {
    var words: [String] = []
    for character in name {
      if words.isEmpty || (character.isUppercase && words.last?.last?.isUppercase == false)
        || !character.isWordPart
      {
        words.append("")
      }
      words[words.count - 1].append(character)
    }
    return words
  }

  /// A Swift file is named after a type in it; a file of tests, after their subject.
  static func stem(_ file: SourceFile) -> [Violation] {
    guard file.isSwift, !["main", "Package"].contains(file.stem) else { return [] }
    let name = file.stem.prefix { $0 != "+" }
    if name.isEmpty || name.contains(" ") {
      return [Violation(path: file.path, message: "the name of the file is no name of a type")]
    }
    if file.isTest, name.hasSuffix("Tests"), !file.lines(containing: "@Suite").isEmpty { return [] }
    let types = Declarations.topLevel(in: file)
    guard types.contains(where: { $0.name == name || $0.name.hasSuffix("." + name) }) else {
      return [Violation(path: file.path, message: "no type or extension named “\(name)” in it")]
    }
    return []
  }

  static func typeCount(_ file: SourceFile) -> [Violation] {
    let types = Declarations.topLevel(in: file).filter {
      !$0.isExtension && $0.lineCount >= smallType
    }
    guard file.isSwift, types.count > typeLimit else { return [] }
    return [
      Violation(
        path: file.path, line: types[typeLimit].line,
        message: "\(types.count) types of 40 lines or more at the top level, more than 3")
    ]
  }
}

/// What a doc comment has to say.
///
/// swift-format's own rule for it would have every function explain the parameters that all
/// functions leave out, which the module's first page explains once.
enum DocumentationRules {
  /// Where the caller is, and how it is isolated: what the module's first page explains.
  private static let explained: Set<Substring> = ["fileID", "line", "function", "isolation"]
  /// What the standard library calls the last of them in `next(isolation actor:)`.
  private static let isolated: Substring = "actor"

  /// A public function that explains parameters explains all but those that say where the caller
  /// is, and these nowhere.
  static func parameters(_ file: SourceFile) -> [Violation] {
    guard file.isSwift, !file.isTest, file.path.hasPrefix("Sources/") else { return [] }
    return file.code.indices.flatMap { place -> [Violation] in
      let words = file.code[place].split { " (<".contains($0) }
      guard words.contains("public"), words.contains("func") || words.contains("init") else {
        return []
      }
      let comment = comment(above: place, in: file)
      if file.module == "AsyncRuntime",
        comment.contains(where: { line in
          explained.union([isolated]).contains { line.hasPrefix("- Parameter \($0):") }
        })
      {
        return [
          Violation(
            path: file.path, line: place + 1,
            message: "a parameter is explained that the module's first page explains")
        ]
      }
      guard comment.contains(where: { $0.hasPrefix("- Parameter") && !$0.contains("As of") })
      else { return [] }
      return names(at: place, in: file).filter { name in
        !explained.contains(name)
          && !comment.contains { $0.hasPrefix("- Parameter \(name):") }
          && !comment.contains { $0.hasPrefix("- \(name):") }
      }.map {
        Violation(path: file.path, line: place + 1, message: "the parameter \($0) is not explained")
      }
    }
  }

  // The lines of a doc comment, without indentation; what stands between is an attribute.
  private static func comment(above place: Int, in file: SourceFile) -> [Substring] {
    var lines: [Substring] = []
    for line in file.lines[..<place].reversed() {
      let text = line.drop { $0 == " " }
      if text.hasPrefix("///") {
        lines.append(text.dropFirst(3).drop { $0 == " " })
      } else if !text.hasPrefix("@") && !text.hasPrefix("*") && text != ")" {
        break
      }
    }
    return lines
  }

  // Those of its parameters, by which the function knows them.
  private static func names(at place: Int, in file: SourceFile) -> [Substring] {
    var depth = 0
    var parameters: [String] = [""]
    scan: for line in file.code[place...] {
      for character in line {
        switch character {
        case "(", "[":
          depth += 1
          if depth == 1 { continue }
        case ")", "]":
          depth -= 1
          if depth == 0 { break scan }
        case "," where depth == 1:
          parameters.append("")
          continue
        default: break
        }
        if depth > 0 { parameters[parameters.count - 1].append(character) }
      }
      parameters[parameters.count - 1].append(" ")
    }
    return parameters.compactMap { parameter in
      guard let colon = parameter.firstIndex(of: ":") else { return nil }
      return parameter[..<colon].split(separator: " ").last
    }
  }
}

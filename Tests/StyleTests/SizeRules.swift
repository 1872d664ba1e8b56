/// How long a file, a function and a line may be.
enum SizeRules {
  static let fileLimit = 400
  static let functionLimit = 50
  static let columnLimit = 100

  static func file(_ file: SourceFile) -> [Violation] {
    let count = file.lines.count - (file.lines.last?.isEmpty == true ? 1 : 0)
    guard count > fileLimit else { return [] }
    return [
      Violation(
        path: file.path, line: fileLimit + 1, message: "the file has \(count) lines, more than 400")
    ]
  }

  static func columns(_ file: SourceFile) -> [Violation] {
    file.lines.indices.filter { file.lines[$0].count > columnLimit }.map {
      Violation(path: file.path, line: $0 + 1, message: "the line is longer than 100 columns")
    }
  }

  static func functions(_ file: SourceFile) -> [Violation] {
    FunctionBodies.find(in: file).filter { $0.lineCount > functionLimit }.map {
      Violation(
        path: file.path, line: $0.line,
        message: "the function has \($0.lineCount) lines, more than 50")
    }
  }
}

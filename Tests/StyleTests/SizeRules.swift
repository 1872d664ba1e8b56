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

/// Finds functions, initializers and accessors by their braces.
///
/// It knows no grammar: what stands between the last brace and this one tells what this one opens.
struct FunctionBodies {
  struct Body: Equatable {
    /// Where the declaration begins.
    let line: Int
    let lineCount: Int
  }

  private let isSwift: Bool
  private var bodies: [Body] = []
  /// For each open brace, the line its function begins in; nil if it opens something else.
  private var open: [Int?] = []
  /// The words since the last brace, with their lines.
  private var header: [(word: Substring, line: Int)] = []

  static func find(in file: SourceFile) -> [Body] {
    var finder = FunctionBodies(isSwift: file.isSwift)
    for (index, line) in file.code.enumerated() { finder.read(line, number: index + 1) }
    return finder.bodies.sorted { $0.line < $1.line }
  }

  private init(isSwift: Bool) { self.isSwift = isSwift }

  private mutating func read(_ line: Substring, number: Int) {
    // A line of the preprocessor is no part of a declaration.
    if !isSwift, line.first == "#" { return }
    var rest = line
    while let first = rest.first {
      let word = first.isWordPart ? rest.prefix { $0.isWordPart } : rest.prefix(1)
      rest = rest[word.endIndex...]
      switch word {
      case "{":
        open.append(functionStart())
        header = []
      case "}":
        if let start = open.popLast() ?? nil {
          bodies.append(Body(line: start, lineCount: number - start + 1))
        }
        header = []
      case ";" where !isSwift: header = []
      case " ": break
      default: header.append((word, number))
      }
    }
  }

  /// The line of the declaration whose body begins here; nil if it is no function.
  private func functionStart() -> Int? {
    guard isSwift else {
      // At the top level of C, a brace after a parameter list opens a function.
      guard open.isEmpty, header.contains(where: { $0.word == "(" }),
        header.last?.word == ")" || header.last?.word.first?.isWordPart == true,
        !header.contains(where: { $0.word == "=" })
      else { return nil }
      return header.first?.line
    }
    let accessors: Set<Substring> = ["get", "set", "willSet", "didSet", "_read", "_modify"]
    if let last = header.last, accessors.contains(last.word) { return last.line }
    for index in header.indices.reversed() {
      let follows = index > 0 ? header[index - 1].word : ""
      switch header[index].word {
      case "func", "deinit", "subscript": return header[index].line
      case "init" where follows != ".": return header[index].line
      case "var":
        // A property with a body of its own, and not a value that has braces in it.
        return header[index...].contains { $0.word == "=" } ? nil : header[index].line
      default: continue
      }
    }
    return nil
  }
}

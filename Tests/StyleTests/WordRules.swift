/// Words that have no place in the tree, each with what to do instead.
enum WordRules {
  private static let inCode = [
    ("try!", "throw the error on, or catch it"),
    ("fatalError(", "throw an error, or use a precondition if only a programmer can cause it"),
  ]
  // Release builds drop the message of those.
  private static let inLibraries = [
    ("precondition(", "programmerError says why in release builds, too"),
    ("preconditionFailure(", "programmerError says why in release builds, too"),
  ]
  private static let libraries: Set<String> = [
    "AsyncTopLinux", "AsyncRuntime", "AsyncRuntimeTesting", "AsyncMonitoring",
  ]
  private static let inTests = [
    ("usleep(", "wait for a condition"),
    ("Thread.sleep", "wait for a condition"),
    ("Task.sleep", "use virtual time"),
  ]
  private static let inComments = ["TODO", "FIXME", "XXX"]

  static func words(_ file: SourceFile) -> [Violation] {
    let inModule = libraries.contains(file.module) ? inLibraries : []
    let banned = inCode + inModule + (file.isTest ? inTests : [])
    let code = banned.flatMap { word, instead in
      file.lines(containing: word).map {
        Violation(path: file.path, line: $0, message: "“\(word)”: \(instead)")
      }
    }
    let comments = inComments.flatMap { word in
      file.comments.indices.filter { file.comments[$0].containsWord(word) }.map {
        Violation(path: file.path, line: $0 + 1, message: "“\(word)”: do it, or write an issue")
      }
    }
    return code + comments
  }
}

/// A place in a source file.
struct SourcePosition: Sendable, Equatable {
  let file: String
  let line: Int
  let column: Int
}

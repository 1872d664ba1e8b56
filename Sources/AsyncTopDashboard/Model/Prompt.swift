import AsyncTopTerminal

/// A line that is being typed in.
struct Prompt: Hashable {
  /// What the line is for.
  enum Purpose: Hashable {
    /// The filter, which was this before.
    case filter(before: String)
    /// A time to go to; with what was wrong with the last one.
    case time(problem: String)
  }

  var purpose: Purpose
  var field: TextField
}

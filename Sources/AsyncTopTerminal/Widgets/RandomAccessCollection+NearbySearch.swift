extension RandomAccessCollection where Element: Equatable {
  /// Finds an element by looking further and further away from where it was.
  ///
  /// - Parameters:
  ///   - element: What is looked for.
  ///   - guess: The offset where it was the last time; may be out of bounds.
  /// - Returns: Its offset from the start.
  @inlinable
  func offset(of element: Element, near guess: Int) -> Int? {
    let count = self.count
    var below = Swift.min(Swift.max(guess, 0), count) - 1
    var above = below + 1
    while below >= 0 || above < count {
      if above < count {
        if self[index(startIndex, offsetBy: above)] == element { return above }
        above += 1
      }
      if below >= 0 {
        if self[index(startIndex, offsetBy: below)] == element { return below }
        below -= 1
      }
    }
    return nil
  }
}

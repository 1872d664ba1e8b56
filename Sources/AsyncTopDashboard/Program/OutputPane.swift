/// How much is shown of what a program writes, and from where on.
struct OutputPane: Hashable {
  /// How much of the screen it has.
  enum Extent: Hashable, CaseIterable {
    case none
    case part
    case all
  }

  private(set) var extent = Extent.part
  /// The number after that of the last line shown; nil for whatever comes last.
  private(set) var end: Int?

  /// Shows more of it, or none.
  mutating func toggle() {
    extent =
      switch extent {
      case .none: .part
      case .part: .all
      case .all: .none
      }
  }

  /// The numbers of the lines shown.
  func lines(of output: OutputLines, rows: Int) -> Range<Int> {
    let last = max(output.first, min(end ?? output.end, output.end))
    let first = max(output.first, last - max(0, rows))
    return first..<max(last, min(output.end, first + max(0, rows)))
  }

  /// Goes on, or back if negative; at the end, it stays at the end.
  mutating func scroll(by count: Int, of output: OutputLines, rows: Int) {
    let wanted = lines(of: output, rows: rows).upperBound.addingReportingOverflow(count)
    let lowest = min(output.end, output.first + rows)
    let place = wanted.overflow ? (count < 0 ? lowest : output.end) : wanted.partialValue
    end = place >= output.end ? nil : max(lowest, place)
  }
}

import ArgumentParser
import AsyncTopDashboard
import AsyncTopInsight

/// `asynctop timers`.
struct TimersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "timers",
    abstract: "Prints the pending timers, once.",
    discussion: """
      EXAMPLES:
        asynctop timers my-server
        asynctop timers session.asyncrec --at 12.5s --sort owner --json
      """)

  @OptionGroup var query: QueryOptions

  @Option(help: "The column to sort by.")
  var sort: TimerColumn = .left

  func run() throws {
    let options = ListOptions(
      filter: TextFilter(query.filter), timerColumn: sort, isReversed: query.reverse)
    let insight = try query.insight()
    print(
      query.json
        ? JSONText.timers(insight, options)
        : PlainText.timers(insight, options).joined(separator: "\n"))
  }
}

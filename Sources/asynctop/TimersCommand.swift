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
  var sort = SortColumn<TimerList>()

  func run() throws {
    let options = ListOptions(
      filter: TextFilter(query.filter), column: sort.name, isReversed: query.reverse)
    let insight = try query.insight()
    print(
      query.json
        ? JSONText.list(TimerList.self, insight, options)
        : PlainText.list(TimerList.self, insight, options).joined(separator: "\n"))
  }
}

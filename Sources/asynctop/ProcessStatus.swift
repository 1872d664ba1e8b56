import ArgumentParser
import AsyncTopDashboard
import AsyncTopInsight

/// `asynctop ps`.
struct ProcessStatus: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ps",
    abstract: "Prints the tasks, once.",
    discussion: """
      EXAMPLES:
        asynctop ps my-server --sort busy
        asynctop ps my-server --filter waiting --json
        asynctop ps session.asyncrec --at 12.5s
      """)

  @OptionGroup var query: QueryOptions

  @Option(help: "The column to sort by.")
  var sort: TaskColumn = .id

  func run() throws {
    let options = ListOptions(
      filter: TextFilter(query.filter), taskColumn: sort, isReversed: query.reverse)
    let insight = try query.insight()
    print(
      query.json
        ? JSONText.tasks(insight, options)
        : PlainText.tasks(insight, options).joined(separator: "\n"))
  }
}

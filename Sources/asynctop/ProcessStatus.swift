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
  var sort = SortColumn<TaskList>()

  func run() throws {
    let options = ListOptions(
      filter: TextFilter(query.filter), column: sort.name, isReversed: query.reverse)
    let insight = try query.insight()
    print(
      query.json
        ? JSONText.list(TaskList.self, insight, options)
        : PlainText.list(TaskList.self, insight, options).joined(separator: "\n"))
  }
}

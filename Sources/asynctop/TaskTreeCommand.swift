import ArgumentParser
import Dashboard
import TaskInsight

/// `asynctop tree`.
struct TaskTreeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tree",
    abstract: "Prints the task tree, once.",
    discussion: """
      EXAMPLES:
        asynctop tree my-server
        asynctop tree my-server --filter "order 12"
        asynctop tree session.asyncrec --at 12.5s --json
      """)

  @OptionGroup var query: QueryOptions

  func run() throws {
    let options = ListOptions(filter: TextFilter(query.filter))
    let insight = try query.insight()
    print(
      query.json
        ? JSONText.tree(insight, options)
        : PlainText.tree(insight, options).joined(separator: "\n"))
  }
}

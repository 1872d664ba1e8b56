import ArgumentParser
import AsyncTopDashboard
import AsyncTopInsight

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
        asynctop tree my-server --waits

      With --waits what tasks wait for stands above them: a lock under the task that holds it, and
      who waits for the lock below. A group, a gather or the like stands under one of the tasks
      with which it ends, and names others. What blocks most comes first. Tasks that wait for each
      other in a circle, and so for ever, come before that.
      """)

  @OptionGroup var query: QueryOptions

  @Flag(help: "Show who waits for whom instead of who owns whom.")
  var waits = false

  func run() throws {
    let options = ListOptions(filter: TextFilter(query.filter))
    let insight = try query.insight()
    switch (waits, query.json) {
    case (false, false): print(PlainText.tree(insight, options).joined(separator: "\n"))
    case (false, true): print(JSONText.tree(insight, options))
    case (true, false): print(PlainText.waits(insight, options).joined(separator: "\n"))
    case (true, true): print(JSONText.waits(insight, options))
    }
  }
}

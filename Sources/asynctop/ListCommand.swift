import ArgumentParser
import AsyncTopBus
import AsyncTopDashboard
import AsyncTopInsight

/// A list that a command prints.
protocol CommandList: EntityList {
  /// The command and its help.
  static var command: CommandConfiguration { get }
}

extension TaskList: CommandList {
  static var command: CommandConfiguration {
    CommandConfiguration(
      commandName: "ps",
      abstract: "Prints the tasks, once.",
      discussion: """
        EXAMPLES:
          asynctop ps my-server --sort busy
          asynctop ps my-server --filter waiting --json
          asynctop ps session.asyncrec --at 12.5s
        """)
  }
}

extension TimerList: CommandList {
  static var command: CommandConfiguration {
    CommandConfiguration(
      commandName: "timers",
      abstract: "Prints the pending timers, once.",
      discussion: """
        EXAMPLES:
          asynctop timers my-server
          asynctop timers session.asyncrec --at 12.5s --sort owner --json
        """)
  }
}

/// A command that prints a list once: `asynctop ps`, `asynctop timers`.
struct ListCommand<List: CommandList>: ParsableCommand {
  static var configuration: CommandConfiguration { List.command }

  @OptionGroup var query: QueryOptions

  @Option(help: "The column to sort by.")
  var sort = SortColumn<List>()

  func run() throws {
    let options = ListOptions(
      filter: TextFilter(query.filter), column: sort.name, isReversed: query.reverse)
    let insight = try query.insight()
    try Output.write { stream in
      if query.json {
        JSONText.list(List.self, insight, options, to: &stream)
      } else {
        PlainText.list(List.self, insight, options, to: &stream)
      }
    }
  }
}

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
    try Output.write { stream in
      switch (waits, query.json) {
      case (false, false): PlainText.tree(insight, options, to: &stream)
      case (false, true): JSONText.tree(insight, options, to: &stream)
      case (true, false): PlainText.waits(insight, options, to: &stream)
      case (true, true): JSONText.waits(insight, options, to: &stream)
      }
    }
  }
}

/// What the commands that print a session have in common.
struct QueryOptions: ParsableArguments {
  @Argument(help: "A process id, a name, a region file, or a recording (- for standard input).")
  var target: String

  @Flag(help: "Print JSON; its schema has a version.")
  var json = false

  @Option(help: "In a recording: the moment, such as 12.5s; without it the end.")
  var at: DurationArgument?

  @Option(help: "Only what contains this text: id, name, state, wait or site.")
  var filter = ""

  @Flag(help: "Turn the order round.")
  var reverse = false

  @OptionGroup var symbols: SymbolOptions

  /// Opens the target at the moment.
  func insight() throws -> Insight {
    let subject = try Subject.open(target)
    if case .recorded(let recorded) = subject {
      try recorded.move(to: at?.duration, waiting: true)
    } else if at != nil {
      throw ValidationError("--at is for recordings; \(target) is a process or what it left")
    }
    let insight = subject.insight(of: subject.session().snapshot(), folders: symbols.folders)
    subject.reportProblems(insight)
    return insight
  }
}

/// The column that a list is sorted by; its own if it isn't given.
struct SortColumn<List: EntityList>: ExpressibleByArgument {
  let name: String

  /// The list's own.
  init() { name = List.printedOrder.name }

  init?(argument: String) {
    guard List.orders.contains(argument) else { return nil }
    name = argument
  }

  var defaultValueDescription: String { name }
  static var allValueStrings: [String] { List.orders }
}

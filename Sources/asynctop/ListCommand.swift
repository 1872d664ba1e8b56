import ArgumentParser
import AsyncTopBus
import AsyncTopDashboard
import AsyncTopInsight

/// A list that a command prints.
protocol CommandList: EntityList {
  /// The command and its help.
  static var command: CommandConfiguration { get }
  /// Whether it shows what one look can't tell, such as rates.
  static var needsHistory: Bool { get }
}

extension CommandList {
  static var needsHistory: Bool { true }
}

extension TaskList: CommandList {
  static var needsHistory: Bool { false }

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
  static var needsHistory: Bool { false }

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

extension SiteList: CommandList {
  static var command: CommandConfiguration {
    CommandConfiguration(
      commandName: "sites",
      abstract: "Prints where tasks are created, and what they come to, once.",
      discussion: """
        A program that runs is looked at for a second, so that there are rates.

        EXAMPLES:
          asynctop sites my-server
          asynctop sites my-server --sort alive --top 10
          asynctop sites my-server --csv
        """)
  }
}

extension ResourceList: CommandList {
  static var command: CommandConfiguration {
    CommandConfiguration(
      commandName: "resources",
      abstract: "Prints locks, queues, sockets, streams and actors, once.",
      discussion: """
        EXAMPLES:
          asynctop resources my-server
          asynctop resources my-server --filter lock --json
        """)
  }
}

extension ThreadList: CommandList {
  static var command: CommandConfiguration {
    CommandConfiguration(
      commandName: "threads",
      abstract: "Prints loops and threads, and what they run, once.",
      discussion: """
        A program that runs is looked at for a second, so that there are rates.

        EXAMPLES:
          asynctop threads my-server
          asynctop threads session.asyncrec --at 12.5s --json
        """)
  }
}

extension WarningList: CommandList {
  static var command: CommandConfiguration {
    CommandConfiguration(
      commandName: "warnings",
      abstract: "Prints what checks find: deadlocks, blocked loops, what only grows.",
      discussion: """
        A program that runs is looked at for a second; asynctop check looks longer, at a whole
        recording too, and says by its status whether it found anything.

        EXAMPLES:
          asynctop warnings my-server
          asynctop warnings session.asyncrec --at 12.5s --json
        """)
  }
}

/// A command that prints a list once: `asynctop ps`, `asynctop timers`.
struct ListCommand<List: CommandList>: ParsableCommand {
  static var configuration: CommandConfiguration { List.command }

  @OptionGroup var query: QueryOptions

  @Option(help: "The column to sort by.")
  var sort = SortColumn<List>()

  @Flag(help: "Print comma-separated values, with a line of names.")
  var csv = false

  @Option(help: "At most so many rows.")
  var top: Int?

  func validate() throws {
    guard top ?? 0 >= 0 else { throw ValidationError("--top is a number of rows") }
    guard !(csv && query.json) else { throw ValidationError("--csv or --json, not both") }
  }

  func run() throws {
    var options = ListOptions(
      filter: TextFilter(query.filter), column: sort.name, isReversed: query.reverse)
    options.limit = top
    let insight = try query.insight(looking: List.needsHistory)
    try Output.write { stream in
      if query.json {
        JSONText.list(List.self, insight, options, to: &stream)
      } else if csv {
        CSVText.list(List.self, insight, options, to: &stream)
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

/// `asynctop waits`.
struct WaitsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "waits",
    abstract: "Prints who waits for whom, by the cause, once.",
    discussion: """
      EXAMPLES:
        asynctop waits my-server
        asynctop waits session.asyncrec --at 12.5s --json

      Circles of tasks that wait for each other, and so for ever, come first, then what holds up
      most tasks. Tasks that nobody waits for are left out.
      """)

  @OptionGroup var query: QueryOptions

  func run() throws {
    let options = ListOptions(filter: TextFilter(query.filter))
    let insight = try query.insight()
    try Output.write { stream in
      if query.json {
        JSONText.waits(insight, options, to: &stream)
      } else {
        PlainText.waits(insight, options, onlyCauses: true, to: &stream)
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
  ///
  /// - Parameter looking: Whether to look at a program for a second, or at the second of a
  ///   recording before the moment, so that there are rates.
  func insight(looking: Bool = false) throws -> Insight {
    let subject = try Subject.open(target)
    if case .recorded(let recorded) = subject {
      try recorded.move(to: at?.duration, waiting: true)
    } else if at != nil {
      throw ValidationError("--at is for recordings; \(target) is a process or what it left")
    }
    let insight =
      looking
      ? subject.look(for: .seconds(1), until: at?.duration, folders: symbols.folders)
      : subject.insight(of: subject.session().snapshot(), folders: symbols.folders)
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

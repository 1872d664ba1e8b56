import ArgumentParser
import AsyncTopDashboard
import AsyncTopBus
import AsyncTopInsight

/// What `ps`, `tree` and `timers` have in common.
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
    let insight = subject.insight(of: subject.session.snapshot(), folders: symbols.folders)
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

import ArgumentParser
import AsyncTopDashboard
import AsyncTopInsight

/// `asynctop check`.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Looks for what is wrong, and says so by its exit status.",
    discussion: """
      It looks at a program for some seconds, or through a whole recording, for:
      \(WarningKind.all.map(\.name).wrapped)

      EXAMPLES:
        asynctop check my-server --for 10s
        asynctop check session.asyncrec --fail-on deadlock,loop-blocked
        asynctop check 4711 --json

      EXIT STATUS: 0 nothing found, 1 something found, 2 used wrongly.
      """)

  @Argument(help: "A process id, a name, a region file, or a recording (- for standard input).")
  var target: String

  @Option(name: .customLong("for"), help: "How long to look at a program, such as 10s.")
  var time: DurationArgument?

  @Option(help: "Only what is of these kinds counts: names with commas between.")
  var failOn: String?

  @Flag(help: "Print JSON; its schema has a version.")
  var json = false

  @OptionGroup var symbols: SymbolOptions

  private var kinds: Set<String>? {
    failOn.map { Set($0.split(separator: ",").map(String.init)) }
  }

  func validate() throws {
    let unknown = (kinds ?? []).subtracting(WarningKind.all.map(\.name)).sorted()
    guard unknown.isEmpty else {
      let known = WarningKind.all.map(\.name).joined(separator: ", ")
      throw ValidationError(
        "no kind is named \(unknown.joined(separator: ", ")); there are \(known)")
    }
  }

  func run() throws {
    let subject = try Subject.open(target)
    var looking = time?.duration ?? .seconds(3)
    if case .recorded(let recorded) = subject {
      try recorded.move(to: nil, waiting: true)
      if time == nil { looking = recorded.duration }
    }
    let insight = subject.look(for: looking, until: nil, folders: symbols.folders)
    subject.reportProblems(insight)
    let found = insight.history.warnings.warnings
    try Output.write { stream in
      if json {
        JSONText.list(WarningList.self, insight, to: &stream)
      } else if found.isEmpty {
        let moment = CompactText.duration(UInt64(max(0, looking / .nanoseconds(1))))
        stream.line("nothing found in \(moment)")
      } else {
        PlainText.list(WarningList.self, insight, to: &stream)
      }
    }
    if found.contains(where: { kinds?.contains($0.kind.name) ?? true }) { throw ExitCode(1) }
  }
}

extension [String] {
  /// The names in lines of some columns.
  fileprivate var wrapped: String {
    var lines = [""]
    for name in self {
      if lines[lines.count - 1].count + name.count > 68 { lines.append("") }
      lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : ", ") + name
    }
    return lines.joined(separator: ",\n")
  }
}

import ArgumentParser
import AsyncMonitoringUI
import AsyncTopBus
import AsyncTopCurses
import AsyncTopInsight
import AsyncTopLinux
import AsyncTopScan
import AsyncTopTerminal

/// `asynctop doctor`.
struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Says what this terminal and this kernel allow, and why a target can't be read.",
    discussion: """
      EXAMPLES:
        asynctop doctor             the terminal, the kernel, the monitored processes
        asynctop doctor my-server   what can be seen of one, and what is missing
      """)

  @Argument(help: "A process id, the name of a process, or a region file.")
  var target: String?

  @OptionGroup var symbols: SymbolOptions

  func run() throws {
    if let target {
      try examine(target)
    } else {
      describeTerminal()
      describeKernel()
      listProcesses()
    }
  }

  private func describeTerminal() {
    let report = TerminalReport(environment: DisplayOptions.environment)
    print("terminal")
    print("  standard input and output are a terminal: \(report.isTerminal ? "yes" : "no")")
    let name = report.terminal.isEmpty ? "not set" : SafeText.clean(report.terminal)
    print("  TERM: \(name)\(report.isKnown ? "" : ", which has no description here")")
    if let size = report.size { print("  size: \(size.columns) columns, \(size.rows) rows") }
    print("  colours: \(report.colors.depth) (\(report.colors.reason))")
    print("  locale: \(SafeText.clean(report.locale))\(report.isUTF8 ? "" : ", so ASCII is drawn")")
    switch report.synchronizedOutput {
    case .supported: print("  synchronized output: yes")
    case .unsupported: print("  synchronized output: no")
    case .unknown: break
    }
  }

  private func describeKernel() {
    print("kernel")
    print("  release: \(SafeText.clean(Program.kernelRelease))")
    let scope = ProcessFiles.contents("/proc/sys/kernel/yama/ptrace_scope", limit: 8)
    print("  ptrace_scope: \(scope.map { String($0.prefix(1)) } ?? "none"); not needed to watch")
  }

  private func listProcesses() {
    print("monitored processes")
    let processes = MonitoredProcess.all()
    if processes.isEmpty { print("  none that this user may look at") }
    for process in processes {
      print("  \(process.id)  \(SafeText.clean(process.name))  \(detail(of: process))")
    }
  }

  /// A line about one process, whatever is the matter with it.
  private func detail(of process: MonitoredProcess) -> String {
    if let problem = process.problem { return SafeText.clean(problem.message) }
    do {
      return Self.words(try LiveSession(process).process)
    } catch {
      return SafeText.clean(error.message)
    }
  }

  private func examine(_ target: String) throws {
    let subject = try Subject.process(target)
    let snapshot = subject.session().snapshot()
    let process = snapshot.process
    print("process \(process.id): \(SafeText.clean(process.name))")
    switch process.ending {
    case nil: print("  running: yes")
    case .exited: print("  running: no, this is what it left")
    case .replaced(let name): print("  running: no, the process is now \(SafeText.clean(name))")
    case .ejected:
      print("  running: yes, without the probe, which was taken out; this is what it left")
    case .cutShort: print("  running: unknown, its region file was cut short by another program")
    }
    if case .scanned(let session) = subject {
      describe(session.facts, snapshot)
      describePlaces(in: snapshot)
      return
    }
    print("  native tasks: \(Self.words(process))")
    print(
      "  tasks \(snapshot.tasks.count), groups \(snapshot.groups.count), "
        + "timers \(snapshot.timers.count), loops \(snapshot.loops.count), "
        + "threads \(snapshot.workers.count)"
    )
    let found = snapshot.tasks.count { $0.isScanned }
    var isLate = false
    switch subject {
    case .live(let session): isLate = Subject.isLate(session)
    case .joined(let session):
      if let notice = session.notice { print("  not seen: \(notice)") }
      print(
        "  tasks from before the probe began: \(found) found by a scan, without times and counts"
          + " until they next run")
    case .scanned, .recorded: break
    }
    if isLate { print("  not listed: tasks from before the probe began, until they next run") }
    describeGaps(of: snapshot, isLate: isLate || found > 0)
  }

  /// What can't be shown; that nothing is missing is said only where that is known.
  private func describeGaps(of snapshot: Snapshot, isLate: Bool) {
    let losses = snapshot.losses
    if !losses.isEmpty {
      print(
        "  not listed: tasks \(losses.tasks), groups \(losses.groups), timers \(losses.timers), "
          + "resources \(losses.resources); threads without a ring: \(losses.threads)")
    }
    let gaps = describePlaces(in: snapshot)
    let copies = snapshot.process.otherCopies
    if copies > 0 {
      print(
        "  not seen: what a library reports to its own copy of the probe, which stays off because"
          + " another one reports (\(copies) in all)")
    }
    let isAllSeen =
      !isLate && copies == 0 && [.full, .noRuntime].contains(snapshot.process.nativeDetail)
    if losses.isEmpty && gaps.isEmpty && isAllSeen { print("  nothing is missing") }
  }

  /// What is not known of the places; returns how that reads.
  @discardableResult
  private func describePlaces(in snapshot: Snapshot) -> [String] {
    let gaps = ModuleResolver(live: snapshot, folders: symbols.folders).gaps(in: snapshot)
    for gap in gaps { print("  not known: \(SafeText.clean(gap))") }
    return gaps
  }

  /// What a scan sees, what it can't, and what it costs.
  private func describe(_ scan: ScanFacts, _ snapshot: Snapshot) {
    print(
      "  probe: none; its memory is read from outside, it is not stopped and nothing is written")
    print("  Swift runtime: \(SafeText.clean(scan.runtime.path)), \(Self.words(scan.runtime))")
    print(
      "  tasks \(snapshot.tasks.count), groups \(snapshot.groups.count), sleeps \(scan.sleeps);"
        + " \(CompactText.bytes(scan.coverage.bytes)) looked through in"
        + " \(CompactText.duration(scan.nanoseconds))")
    print("  seen: names, parents, groups, states, what tasks wait for, where they go on")
    print(
      "  not seen: what happens between two looks; polls, wakes, busy times, since when; where"
        + " tasks were created and by whom, unless they are children; when sleeps end")
    if let notice = scan.notice { print("  not seen: \(notice)") }
  }

  private static func words(_ runtime: SwiftRuntime) -> String {
    let layout = "tasks as in Swift \(runtime.layout.swift)"
    return switch runtime.kind {
    case .library: layout
    case .linkedIn: "linked in, \(layout)"
    case .stripped:
      "linked in and without symbols, found by what it looks like, \(layout) as far as they were"
        + " compared"
    }
  }

  /// How much is seen of native tasks, in words.
  static func words(_ process: ProcessRecord) -> String {
    let layout = process.swiftLayout
    return switch process.nativeDetail {
    case .full: "all is seen"
    case .partial:
      "the Swift runtime is linked into the executable (-static-stdlib): polls, waits and ends are "
        + "seen; sites of creation and deadlines of sleeps are not"
    case .notStarted: "not looked at yet"
    case .noRuntime: "none, the program has no Swift concurrency runtime"
    case .unknownLayout:
      "not seen: the Swift runtime has layout version \(layout.version) and tasks of "
        + "\(layout.taskSize) bytes, this version knows 1 and 208; "
        + "what AsyncRuntime reports is shown"
    case .scanned: "what can be read from outside"
    case .selfTestFailed:
      "not seen: the first tasks contradicted the known layout; what AsyncRuntime reports is shown"
    }
  }
}

import ArgumentParser
import AsyncTopBus
import AsyncTopInsight
import AsyncTopLinux
import AsyncTopScan
import AsyncTopTerminal

/// `asynctop attach`, and `asynctop` alone.
struct Attach: LoopCommand {
  static let configuration = CommandConfiguration(
    abstract: "Watches a running process, or the region file of one that has ended.",
    discussion: """
      A process without a probe is scanned from outside: it is neither stopped nor changed. With
      --inject the probe is put into it until you leave: one of its threads stands still for some
      milliseconds, and its code stays in memory and does nothing afterwards.

      EXAMPLES:
        asynctop attach 4711                 by its id
        asynctop attach my-server            by its name
        asynctop attach /var/tmp/my.region   what ASYNCTOP_REGION kept after a crash
        asynctop attach 4711 --inject        one without a probe, with its polls
      """)

  @Argument(help: "A process id, a name, or a region file; without it the one monitored process.")
  var target: String?

  @Flag(help: "Put the probe into a process that has none, and take it out at the end.")
  var inject = false

  @Flag(help: "Take out the probe that another asynctop has put into the process, and end.")
  var eject = false

  @OptionGroup var display: DisplayOptions

  @OptionGroup var symbols: SymbolOptions

  func validate() throws {
    if (inject || eject) && target == nil { throw ValidationError("Which process?") }
    if inject && eject { throw ValidationError("Either --inject or --eject.") }
  }

  nonisolated(nonsending) func runOnLoop() async throws {
    let subject = try open()
    switch subject {
    case .live(let session) where eject:
      try ProbeInjection(process: Self.process(of: session)).eject(session)
    case .joined(let session) where eject:
      try ProbeInjection(process: Self.process(of: session.live)).eject(session.live)
    case _ where eject: throw CommandFailure("there is no probe in it")
    case .scanned(let scan) where inject: try await watch(scan)
    case .live where inject, .joined where inject:
      StandardError.write("asynctop: the process has a probe already; it is used, and stays")
      try await Watching.watch(subject, display: display, folders: symbols.folders)
    default: try await Watching.watch(subject, display: display, folders: symbols.folders)
    }
  }

  private static func process(of session: LiveSession) throws -> Int32 {
    guard let id = session.processID else { throw CommandFailure("that process has ended") }
    return id
  }

  private nonisolated(nonsending) func watch(_ scan: ScanSession) async throws {
    let injection = try ProbeInjection(process: scan.id)
    StandardError.write(
      "asynctop: the probe is put into process \(scan.id), one thread of which stands still for a"
        + " moment")
    let (session, stopped) = try injection.inject(scan)
    StandardError.write("asynctop: it stood still for \(CompactText.duration(stopped))")
    try await Watching.watch(
      .joined(JoinedSession(session, scan)), display: display, folders: symbols.folders,
      atEnd: { try injection.eject(session) })
  }

  private func open() throws -> Subject {
    guard let target else {
      let process = try ProcessPicker.pick(MonitoredProcess.all())
      do throws(RegionError) {
        return .live(try LiveSession(process))
      } catch {
        throw CommandFailure(error.message)
      }
    }
    if Subject.isRecording(target) {
      throw CommandFailure("\(target) is no process, but a file; try asynctop play \(target)")
    }
    return try Subject.process(target)
  }
}

/// Finds out which of the monitored processes is meant where none was named.
enum ProcessPicker {
  /// The only one; else the one that the user picks from a list.
  ///
  /// - Throws: `CommandFailure` if there is none, and without a terminal to ask on if there are
  ///   several.
  static func pick(_ processes: [MonitoredProcess]) throws -> MonitoredProcess {
    let readable = processes.filter { $0.problem == nil }
    if let first = readable.first ?? processes.first, readable.count <= 1 { return first }
    guard !processes.isEmpty else {
      throw CommandFailure(
        """
        no process is monitored. Start one that runs on AsyncRuntime or calls \
        AsyncMonitor.expose(), or try `asynctop demo`
        """)
    }
    let heading = "\(processes.count) processes are monitored"
    guard Program.isTerminal(0) && Program.isTerminal(1) else {
      let lines = processes.map { "  asynctop attach \($0.id)   # \(description(of: $0))" }
      throw CommandFailure("\(heading); name one:\n" + lines.joined(separator: "\n"))
    }
    print("\(heading):")
    for (position, process) in processes.enumerated() {
      print("  \(position + 1)  \(process.id)  \(description(of: process))")
    }
    return try ask(processes)
  }

  private static func description(of process: MonitoredProcess) -> String {
    let name = SafeText.clean(process.name)
    return process.problem.map { "\(name): \(SafeText.clean($0.message))" } ?? name
  }

  private static func ask(_ processes: [MonitoredProcess]) throws -> MonitoredProcess {
    while true {
      print("Watch which one (1–\(processes.count))? ", terminator: "")
      try Program.flushOutput()
      guard let line = readLine() else { throw CommandFailure("no process was picked") }
      let answer = line.filter { !$0.isWhitespace }
      if let number = Int(answer), processes.indices.contains(number - 1) {
        return processes[number - 1]
      }
      if let process = processes.first(where: { String($0.id) == answer }) { return process }
    }
  }
}

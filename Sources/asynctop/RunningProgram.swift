import AsyncRuntime
import AsyncTopBus
import AsyncTopDashboard
import AsyncTopLinux
import AsyncTopTerminal
import Synchronization

/// A program that `asynctop run` has started, and what is done with it meanwhile.
final class RunningProgram {
  /// What it was asked for, and how.
  struct Plan {
    /// Its name and its arguments.
    var words: [String]
    /// Whether all that it starts is looked at too.
    var follows = false
    /// Whether it is stopped before its first line until it is let go.
    var waits = false
    /// The file of a recording.
    var recording: OutputFile?
    /// Where the program's files are looked for.
    var folders: [String] = []
  }

  /// The process that is watched; nil before its region is there.
  private(set) var session: LiveSession?
  private let plan: Plan
  private let name: String
  private let obstacle: PreloadObstacle
  private let child: ChildProcess
  private let programOutput: ProgramOutput?
  private let startTime = SystemClock.monotonic
  private var recorder: BackgroundRecording?
  private var watched: Int32 = 0
  private var isStopped: Bool

  /// Starts it.
  ///
  /// - Parameters:
  ///   - plan: What.
  ///   - prepare: Says how else it is started.
  ///   - output: What it writes, if that goes to a terminal of its own.
  /// - Throws: `CommandFailure` if it can't be started.
  init(_ plan: Plan, _ prepare: (inout ProgramStart) -> Void, output: ProgramOutput? = nil) throws {
    self.plan = plan
    programOutput = output
    name = String(plan.words[0].split(separator: "/").last ?? "")
    var start = ProgramStart(plan.words[0], Array(plan.words.dropFirst()))
    prepare(&start)
    obstacle = PreloadObstacle(program: plan.words[0])
    // A program that ends at once would be gone before the dashboard has its region. Of those that
    // it starts, all would be stopped, and one let go.
    isStopped = !plan.follows && (plan.waits || plan.recording != nil || output != nil)
    do {
      if obstacle.isCertain {
        isStopped = false
        child = ChildProcess(try start.start())
      } else {
        let probe = plan.follows ? try PreloadedProbe(kept: ()) : try PreloadedProbe()
        start.kept += probe.descriptors
        child = try probe.withEnvironment(stopped: isStopped) { ChildProcess(try start.start()) }
      }
    } catch let error as ProgramStartError {
      throw CommandFailure("\(plan.words[0]) can't be started: \(error.reason)")
    }
  }

  /// Hands on the signals that this program gets.
  func receivesOurSignals(sharesTerminal: Bool) {
    child.receivesOurSignals(sharesTerminal: sharesTerminal)
  }

  /// Looks for the region, and lets a program go on that was stopped for its recording only.
  func update() {
    if session == nil && child.isRunning { findSession() }
    guard isStopped, session != nil, !plan.waits, recorder?.hasBegun ?? true else { return }
    release()
  }

  /// Whether there is something to look at, or never will be.
  var isReady: Bool { session != nil && (!isStopped || plan.waits) }

  /// Waits until it has ended, or for some time.
  ///
  /// - Returns: Whether it has ended.
  nonisolated(nonsending) func waitForEnd(_ limit: Duration) async throws -> Bool {
    guard child.isRunning, let loop = EventLoop.running else { return !child.isRunning }
    let ended = Event()
    try loop.addReader(child.descriptor) { ended.set() }
    let timer = loop.callLater(limit) { ended.set() }
    defer {
      loop.removeReader(child.descriptor)
      timer.cancel()
    }
    try await ended.wait()
    return !child.isRunning
  }

  /// Sends it a signal.
  func send(_ signal: Int32) { child.send(signal) }

  /// What it writes from now on goes to standard output.
  func giveBackTerminal() { programOutput?.passOn() }

  /// Ends what was done beside it, once it has ended.
  ///
  /// - Returns: Its status, as a shell has it.
  func finish() -> Int32 {
    programOutput?.finish()
    if let recorder { StandardError.write("asynctop: \(recorder.finish())") }
    if let reason { StandardError.write("asynctop: \(reason)") }
    return switch child.end {
    case .exited(let code): code
    case .killed(let signal): 128 + signal
    case nil: 1
    }
  }

  private func findSession() {
    for id in candidates {
      guard let entry = ProcessFiles.entry(of: id),
        let process = try? MonitoredProcess(id: entry), let session = try? LiveSession(process)
      else { continue }
      // One that is to be stopped is not let go before it stands still.
      if isStopped && ProcessFiles.state(of: entry)?.letter != "T" { return }
      watched = id
      self.session = session
      if let file = plan.recording {
        recorder = try? BackgroundRecording(
          ofRegion: process.regionPath, into: file, folders: plan.folders)
      }
      return
    }
  }

  /// It, and if it is followed, what it has started.
  private var candidates: [Int32] {
    guard plan.follows else { return [child.id] }
    let parents = Dictionary(
      uniqueKeysWithValues: ProcessFiles.processes().compactMap { id in
        ProcessFiles.state(of: id).map { (id, $0.parent) }
      })
    var family = [child.id]
    var next = 0
    while next < family.count {
      family += parents.filter { $0.value == family[next] }.keys.sorted()
      next += 1
    }
    return family
  }

  /// Why it is not watched; nil if it is, or if that is not known yet.
  private var reason: String? {
    guard session == nil else { return nil }
    if obstacle.isCertain { return obstacle.reason(ofRunning: nil, isFollowed: plan.follows) }
    let isLate = SystemClock.monotonic -| startTime > 1_000_000_000
    guard isLate || !child.isRunning else { return nil }
    return obstacle.reason(
      ofRunning: child.isRunning ? child.id : nil, isFollowed: plan.follows)
  }
}

extension RunningProgram: StartedProgram {
  var title: String { "\(name) \(child.id)" }
  var hasEnded: Bool { !child.isRunning }
  var notice: String? { reason }
  var isHeld: Bool { isStopped && plan.waits && session != nil }
  var output: OutputLines? { programOutput?.lines }

  var status: String {
    if child.isRunning { return isHeld ? "stands before its first line" : "runs" }
    return switch child.end {
    case .exited(let code): "exited with \(code)"
    case .killed(let signal): "killed by \(ProcessSignals.name(of: signal))"
    case nil: "ended, nobody knows how"
    }
  }

  func release() {
    guard isStopped, session != nil else { return }
    isStopped = false
    ProcessSignals.send(ProcessSignals.proceed, to: watched)
  }

  func resize(columns: Int, rows: Int) {
    programOutput?.terminal.resize(columns: columns, rows: rows)
  }
}

/// What a program writes to the terminal that it was given.
///
/// 1. A thread of its own reads all of it, so that the program never waits for us, and is the only
///    one that writes `lines`, under their lock.
/// 2. `passesOn` is set once, by whoever gives the terminal back: what comes then goes to standard
///    output.
final class ProgramOutput: Sendable {
  /// The terminal.
  let terminal: PseudoTerminal
  private let kept = Mutex(OutputLines())
  private let passesOn = Atomic<Bool>(false)
  private let isEnding = Atomic<Bool>(false)
  private let thread = Mutex<BackgroundThread?>(nil)

  /// Begins to read.
  init(_ terminal: PseudoTerminal) throws(Errno) {
    self.terminal = terminal
    let started = try BackgroundThread(name: "asynctop output") { self.read() }
    thread.withLock { $0 = started }
  }

  /// The last lines.
  var lines: OutputLines { kept.withLock { $0 } }

  /// From now on, what comes goes to standard output too.
  func passOn() { passesOn.store(true, ordering: .relaxed) }

  /// Reads what is there, and no more.
  func finish() {
    isEnding.store(true, ordering: .relaxed)
    thread.withLock { $0 }?.join()
  }

  private func read() {
    while true {
      let isLast = isEnding.load(ordering: .relaxed)
      let bytes = terminal.read(milliseconds: isLast ? 0 : 50)
      if bytes.isEmpty {
        if isLast { return }
        continue
      }
      kept.withLock { $0.append(bytes) }
      if passesOn.load(ordering: .relaxed) {
        try? DataFile(borrowing: 1).write(bytes)
      }
    }
  }
}

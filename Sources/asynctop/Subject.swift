import AsyncMonitoringUI
import AsyncTopBus
import AsyncTopInsight
import AsyncTopLinux
import AsyncTopRecording
import AsyncTopScan
import AsyncTopTerminal

/// What a command is about: a process with a probe or without, the region it left, or a recording.
enum Subject {
  case live(LiveSession)
  case scanned(ScanSession)
  /// A process that this asynctop has put the probe into.
  case joined(JoinedSession)
  case recorded(RecordedSession)

  /// Opens what a user named: a process id, a name, a region file, a recording, or `-` for a
  /// recording from standard input.
  static func open(_ target: String) throws -> Subject {
    if target == "-" || isRecording(target) { return .recorded(try recording(target)) }
    return try process(target)
  }

  /// Opens a process or what one has left; a process without a probe is scanned.
  static func process(_ target: String) throws -> Subject {
    let problem: RegionError
    do throws(RegionError) {
      return withEarlierTasks(try LiveSession(target: target))
    } catch {
      problem = error
    }
    guard let id = try unmonitored(target, problem) else { throw CommandFailure(problem.message) }
    do throws(ScanProblem) {
      return .scanned(try ScanSession(process: id))
    } catch {
      let monitoring =
        problem.code == .notMonitored
        ? problem.message
        : "process \(id) (\(MonitoredProcess.shownName(of: id))) is not monitored"
      throw CommandFailure(
        "\(monitoring); it can't be scanned from outside either: \(error.reason(of: id))")
    }
  }

  /// Where the probe came late, with what a scan finds of the tasks from before it, if it can.
  private static func withEarlierTasks(_ session: LiveSession) -> Subject {
    guard isLate(session), let id = session.processID, let scan = try? ScanSession(process: id)
    else { return .live(session) }
    return .joined(JoinedSession(session, scan))
  }

  /// Whether a process has run for a while before its probe began.
  static func isLate(_ session: LiveSession) -> Bool {
    guard let age = session.processID.flatMap(ProcessFiles.age) else { return false }
    return age > session.age +| 1_000_000_000
  }

  /// The process without a probe that is meant by a target that can't be watched; nil if there is
  /// none.
  private static func unmonitored(_ target: String, _ error: RegionError) throws -> Int32? {
    switch (error.code, Int32(target)) {
    case (.notMonitored, let id?): return id
    case (.noSuchProcess, nil):
      let found = MonitoredProcess.processes(named: target)
      guard found.count > 1 else { return found.first }
      throw CommandFailure(
        "\(found.count) processes are named \(SafeText.clean(target)), all without a probe: use one"
          + " of " + found.map(String.init).joined(separator: ", "))
    default: return nil
    }
  }

  /// Opens a recording by its path; `-` is standard input.
  static func recording(_ path: String) throws -> RecordedSession {
    do {
      let recording = path == "-" ? try Recording(descriptor: 0) : try Recording(path: path)
      return RecordedSession(try Playback(recording))
    } catch {
      throw CommandFailure(error)
    }
  }

  /// Whether this names a recording; what is neither that nor a region is left to the session,
  /// whose messages say what to do, unless its name says that it should be a recording.
  ///
  /// What comes through a pipe is not looked at, since it could not be read again; a region is a
  /// file, so it can only be a recording.
  static func isRecording(_ target: String) -> Bool {
    let isPath = target.contains("/") || target.hasSuffix(".asyncrec")
    if isStream(target) { return isPath }
    return switch ProcessFiles.contents(target, limit: 8) {
    case nil, "asynctop": false
    case "asyncrec": true
    default: isPath
    }
  }

  /// Whether what is there gives its bytes only once.
  private static func isStream(_ path: String) -> Bool {
    switch try? FileStatus(path: path).kind {
    case .pipe, .socket, .device: true
    default: false
    }
  }

  /// Whether this is the file of a region; never what comes through a pipe, which is not read.
  static func isRegion(_ path: String) -> Bool {
    ProcessFiles.contents(path, limit: 8) == "asynctop"
  }

  /// What it shows; of a process that runs, with what its streams hold.
  ///
  /// - Parameter time: How long those are looked for at first. Who shows it once waits for them; a
  ///   dashboard is there at once.
  /// - Returns: Each time another one, which looks anew.
  func session(lookingFor time: Duration = .seconds(1)) -> any Session {
    let (session, process): (any Session, Int32?) =
      switch self {
      case .live(let session): (session, session.isRunning ? session.processID : nil)
      case .scanned(let session): (session, session.id)
      case .joined(let session): (session, session.live.processID)
      case .recorded(let session): (session, nil)
      }
    return process.map { StreamSession(session, process: $0, lookingFor: time) } ?? session
  }

  /// Turns the addresses of its process into places.
  ///
  /// Of a recording, what its recorder found; the paths of its modules are those of another machine
  /// or time, and whoever made it chose them, so files are only found by their build IDs.
  func resolver(for snapshot: Snapshot, folders: [String]) -> any AddressResolver {
    switch self {
    case .live, .scanned, .joined: ModuleResolver(live: snapshot, folders: folders)
    case .recorded(let session):
      FallbackResolver([
        session.playback.recording, ModuleResolver(recorded: snapshot, folders: folders),
      ])
    }
  }

  /// Says on standard error what the text printed does not: why a recording is not played to its
  /// end, that another moment is shown than was asked for, why there are no tasks.
  func reportProblems(_ insight: Insight) {
    var problems: [String?] = []
    if case .recorded(let session) = self {
      problems = [session.damage, session.notice]
    }
    if case .scanned(let session) = self { problems = [session.facts.notice] }
    if case .joined(let session) = self { problems = [session.notice] }
    let nothing = problems.allSatisfy { $0 == nil } ? insight.emptiness : nil
    for problem in problems + [nothing] {
      if let problem { StandardError.write("asynctop: \(SafeText.clean(problem))") }
    }
  }

  /// What follows from a snapshot.
  func insight(of snapshot: Snapshot, folders: [String]) -> Insight {
    Insight(snapshot, places: LocationBook(resolver: resolver(for: snapshot, folders: folders)))
  }
}

/// Asks several resolvers in turn: a recording knows what its recorder resolved, the program's
/// files may be here too.
final class FallbackResolver: AddressResolver {
  private let resolvers: [any AddressResolver]

  init(_ resolvers: [any AddressResolver]) {
    self.resolvers = resolvers
  }

  func location(of address: UInt64, isReturnAddress: Bool) -> SourceLocation? {
    for resolver in resolvers {
      if let place = resolver.location(of: address, isReturnAddress: isReturnAddress) {
        return place
      }
    }
    return nil
  }

  func locations(of address: UInt64, isReturnAddress: Bool) -> [SourceLocation] {
    for resolver in resolvers {
      let places = resolver.locations(of: address, isReturnAddress: isReturnAddress)
      if !places.isEmpty { return places }
    }
    return []
  }
}

import AsyncMonitor
import Instrumentation
import LinuxSystem
import SessionRecording
import TaskInsight
import TerminalUI

/// What a command is about: a process, the region it left, or a recording.
enum Subject {
  case live(LiveSession)
  case recorded(RecordedSession)

  /// Opens what a user named: a process id, a name, a region file, a recording, or `-` for a
  /// recording from standard input.
  static func open(_ target: String) throws -> Subject {
    if target == "-" || isRecording(target) { return .recorded(try recording(target)) }
    do {
      return .live(try LiveSession(target: target))
    } catch {
      throw CommandFailure(error)
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
  static func isRecording(_ target: String) -> Bool {
    switch ProcessFiles.contents(target, limit: 8) {
    case nil, "asynctop": false
    case "asyncrec": true
    default: target.contains("/") || target.hasSuffix(".asyncrec")
    }
  }

  var session: any Session {
    switch self {
    case .live(let session): session
    case .recorded(let session): session
    }
  }

  /// Turns the addresses of its process into places.
  func resolver(for snapshot: Snapshot) -> any AddressResolver {
    let files = ModuleResolver(snapshot.modules)
    switch self {
    case .live: return files
    case .recorded(let session): return FallbackResolver([session.playback.recording, files])
    }
  }

  /// Says on standard error why a recording is not played to its end, if that is so.
  func reportDamage() {
    guard case .recorded(let session) = self, let damage = session.damage else { return }
    StandardError.write("asynctop: \(SafeText.clean(damage))")
  }

  /// What follows from a snapshot.
  func insight(of snapshot: Snapshot) -> Insight {
    Insight(snapshot, places: PlaceBook(resolver: resolver(for: snapshot)))
  }
}

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
    do {
      if target == "-" {
        return .recorded(RecordedSession(try Playback(try Recording(descriptor: 0))))
      }
      if isRecording(target) {
        return .recorded(RecordedSession(try Playback(try Recording(path: target))))
      }
      return .live(try LiveSession(target: target))
    } catch {
      throw CommandFailure(error)
    }
  }

  /// Files that can't be opened are left to the session: its messages say what to do.
  private static func isRecording(_ target: String) -> Bool {
    let isFile = target.contains("/") || target.hasSuffix(".asyncrec")
    return isFile && ProcessFiles.contents(target, limit: 8) != "asynctop"
      && ProcessFiles.contents(target, limit: 1) != nil
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

  /// What follows from a snapshot.
  func insight(of snapshot: Snapshot) -> Insight {
    Insight(snapshot, places: PlaceBook(resolver: resolver(for: snapshot)))
  }
}

import Dashboard
import Instrumentation
import LinuxSystem
import SessionRecording

/// A recording as a session: time passes in it while it plays, and the dashboard's keys move it.
final class RecordedSession: Session {
  let playback: Playback
  /// Whether it begins again at the end.
  var repeats = false
  private var last: UInt64?
  private var polls: RecordedPolls?

  init(_ playback: Playback) {
    self.playback = playback
  }

  /// While it plays, thirty pictures a second; else one in a while, in case the file grows.
  var period: Duration? { isPlaying ? .milliseconds(33) : .milliseconds(500) }

  /// Goes to a moment.
  ///
  /// - Parameters:
  ///   - moment: Nil for the end.
  ///   - waiting: Whether to wait until as much has come through a pipe.
  /// - Throws: `CommandFailure` if the pipe can't be read.
  func move(to moment: Duration?, waiting: Bool) throws {
    do {
      if waiting { try playback.recording.waitForMore(until: moment) }
    } catch {
      throw CommandFailure(error)
    }
    seek(to: moment ?? duration)
  }

  func snapshot() -> Snapshot {
    let now = SystemClock.monotonic
    _ = try? playback.recording.update()
    if let last { playback.advance(by: .nanoseconds(Int64(now - last))) }
    last = now
    if repeats && playback.recording.isComplete && playback.time >= playback.duration {
      playback.seek(to: .zero)
      playback.isPlaying = true
    }
    return playback.snapshot()
  }

  func observe(task: UInt64?) {
    // Without memory for a second set of tables, no polls are seen.
    polls = task.flatMap { try? RecordedPolls(of: $0, in: playback.recording) }
  }

  func newPolls() -> NewPolls { polls?.advance(to: playback.position) ?? NewPolls() }
}

extension RecordedSession: PlaybackControls {
  var position: Duration { playback.time }
  var duration: Duration { playback.duration }

  var isPlaying: Bool {
    get { playback.isPlaying }
    set { playback.isPlaying = newValue }
  }

  var speed: Double {
    get { playback.speed.factor }
    set { playback.speed = PlaybackSpeed(nearest: newValue) }
  }

  var marks: [PlaybackMark] {
    let recording = playback.recording
    return recording.marks.map { mark in
      let ticks = mark.ticks > recording.startTicks ? mark.ticks - recording.startTicks : 0
      return PlaybackMark(moment: recording.clock.duration(ticks), label: mark.label)
    }
  }

  var damage: String? { playback.damage.map { "\($0)" } }

  func density(parts: Int) -> [Double] { playback.recording.density(stretches: parts) }

  func step(events: Int) { playback.step(by: events) }

  func seek(to moment: Duration) { playback.seek(to: max(.zero, moment)) }
}

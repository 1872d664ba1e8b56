import AsyncTopBus
import AsyncTopDashboard
import AsyncTopLinux
import AsyncTopRecording

/// A recording as a session: time passes in it while it plays, and the dashboard's keys move it.
final class RecordedSession: Session {
  let playback: Playback
  /// Whether it begins again at the end.
  var repeats = false
  /// What else than damage the user should know of what is shown, for people.
  var notice: String? { playback.recording.emptiness ?? failure ?? missing ?? beyondEnd }
  private var beyondEnd: String?
  private var failure: String?
  private var last: UInt64?
  private var follower = PipeFollower()
  private var polls: RecordedPolls?

  init(_ playback: Playback) {
    self.playback = playback
  }

  /// While it plays, thirty pictures a second; else one in a while, in case the file grows.
  var period: Duration? { isPlaying ? .milliseconds(33) : .milliseconds(500) }

  private var missing: String? {
    guard let gap = playback.gap else { return nil }
    let count = gap.count > 0 ? "\(gap.count) events" : "events"
    let what =
      switch gap.kind {
      case .lost: "\(count) were lost, since they were overwritten before they could be read"
      case .unasked: "the recorder did not run for a while, and asked for no events"
      case .wakes: "\(count) were left out to keep up: who woke whom"
      case .polls: "\(count) were left out to keep up: wakes and polls"
      }
    guard let settled = gap.settled else { return "\(what); what is shown may be out of date" }
    let clock = playback.recording.clock
    let end = MomentText.text(clock.duration(settled -| playback.recording.startTicks))
    return "\(what); what is shown may be out of date until \(end)"
  }

  /// Goes to a moment.
  ///
  /// - Parameters:
  ///   - moment: Nil for the end.
  ///   - waiting: Whether to wait until as much has come through a pipe.
  ///   - isAsked: Whether the user asked for this moment, and must be told if it is not there.
  /// - Throws: `CommandFailure` if the pipe can't be read.
  func move(to moment: Duration?, waiting: Bool, isAsked: Bool = true) throws {
    do {
      if waiting { try playback.recording.waitForMore(until: moment) }
    } catch {
      throw CommandFailure(error)
    }
    seek(to: moment ?? duration)
    if let moment, isAsked, moment > duration {
      let hasEnded = playback.recording.isComplete || playback.damage != nil
      let end = hasEnded ? "it ends at" : "so far it goes to"
      beyondEnd =
        "there is no moment \(MomentText.text(moment)) in the recording: \(end)"
        + " \(MomentText.text(duration)), which is shown"
    }
  }

  func snapshot() -> Snapshot {
    let now = SystemClock.monotonic
    var hasGrown = false
    do {
      hasGrown = try playback.update()
    } catch {
      failure = error.message
    }
    if let last { playback.advance(by: .nanoseconds(Int64(now - last))) }
    last = now
    if repeats && playback.recording.isComplete && playback.time >= playback.duration {
      playback.seek(to: .zero)
      playback.isPlaying = true
    }
    let isLive = playback.recording.isOpenPipe && isPlaying && speed == 1
    if follower.isBehind(
      isLive: isLive, hasGrown: hasGrown, lag: playback.duration - playback.time,
      at: .nanoseconds(Int64(now)))
    {
      playback.seek(to: playback.duration)
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
      PlaybackMark(
        moment: recording.clock.duration(mark.ticks -| recording.startTicks), label: mark.label)
    }
  }

  var isFollowing: Bool { follower.isFollowing }
  var silence: Duration? { playback.recording.isOpenPipe ? follower.silence : nil }

  var damage: String? { playback.damage.map { "\($0)" } }

  func density(parts: Int) -> [Double] { playback.recording.density(stretches: parts) }

  func step(events: Int) {
    beyondEnd = nil
    follower.leave()
    playback.step(by: events)
  }

  func seek(to moment: Duration) {
    beyondEnd = nil
    follower.leave()
    playback.seek(to: max(.zero, moment))
  }

  func seekToEnd() {
    seek(to: duration)
    follower.follow()
  }
}

/// Keeps playback at the end of a recording that comes through a pipe while it is made.
///
/// A recording that is made is shown as it comes: playback is at its end and waits for more. When
/// more was held up on its way and then comes at once, playback goes to the new end. A recording
/// that was made before only passes through the pipe, faster than it is played: playback is never
/// at its end, and plays it from the beginning. So it is followed once playback has been near the
/// end for a while or the user has gone there, until the user goes elsewhere or pauses it.
struct PipeFollower {
  /// Playback is near the end within this: some times as long as a recorder waits before it writes.
  static let nearness: Duration = .seconds(1)
  /// How long playback must have been near the end.
  static let probation: Duration = .seconds(1)
  /// A recorder writes every second; when nothing has come for so long, something holds it up.
  static let usualSilence: Duration = .seconds(3)

  /// Whether playback stays at the end.
  private(set) var isFollowing = false
  /// For how long nothing has come, if that is unusual.
  private(set) var silence: Duration?
  private var nearSince: Duration?
  private var lastGrowth: Duration?

  /// Takes note of where playback is.
  ///
  /// - Parameters:
  ///   - isLive: Whether it plays, as fast as it was recorded, from a pipe that is open.
  ///   - hasGrown: Whether more has come.
  ///   - lag: From where playback is to the end.
  ///   - now: When, on a clock that never goes back.
  /// - Returns: Whether playback should go to the end.
  mutating func isBehind(isLive: Bool, hasGrown: Bool, lag: Duration, at now: Duration) -> Bool {
    if hasGrown || lastGrowth == nil { lastGrowth = now }
    let quiet = now - (lastGrowth ?? now)
    silence = quiet >= Self.usualSilence ? quiet : nil
    guard isLive else {
      (isFollowing, nearSince) = (false, nil)
      return false
    }
    if lag <= Self.nearness {
      nearSince = nearSince ?? now
      if now - (nearSince ?? now) >= Self.probation { isFollowing = true }
      return false
    }
    nearSince = nil
    return isFollowing
  }

  /// Follows from now on: the user has gone to the end.
  mutating func follow() {
    isFollowing = true
  }

  /// Follows no longer: the user has gone elsewhere.
  mutating func leave() {
    (isFollowing, nearSince) = (false, nil)
  }
}

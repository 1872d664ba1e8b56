/// Keeps playback at the end of a recording that comes through a pipe while it is made.
///
/// A recording that is made is shown as it comes: playback is at its end and waits for more. When
/// more was held up on its way and then comes at once, playback goes to the new end. A recording
/// that was made before only passes through the pipe, faster than it is played: playback is never
/// at its end, and plays it from the beginning. So it is followed once playback has been near the
/// end for a while, until the user moves or pauses it.
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

  /// Follows no longer: the user has gone elsewhere.
  mutating func leave() {
    (isFollowing, nearSince) = (false, nil)
  }
}

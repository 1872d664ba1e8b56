import AsyncTopDashboard

/// A recording of a minute with an event every hundred milliseconds.
final class TestPlayback: PlaybackControls {
  var position: Duration = .zero
  let duration: Duration = .seconds(60)
  var isPlaying = true
  var speed = 1.0
  var marks = [
    PlaybackMark(moment: .seconds(10), label: "deploy"),
    PlaybackMark(moment: .seconds(45), label: "\u{1B}[2Joops"),
  ]
  var damage: String?
  var isFollowing = false
  var silence: Duration?

  func density(parts: Int) -> [Double] { (0..<parts).map { Double($0 % 10) } }

  func step(events: Int) { seek(to: position + .milliseconds(100 * events)) }

  func seek(to moment: Duration) { position = min(max(moment, .zero), duration) }
}

extension DashboardOptions {
  /// The options for a recording.
  static func playing(_ playback: TestPlayback) -> DashboardOptions {
    DashboardOptions(playback: playback)
  }
}

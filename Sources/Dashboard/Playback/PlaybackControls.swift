/// What the dashboard needs of a recording that is played.
public protocol PlaybackControls: AnyObject {
  /// The moment, from the start of the recording.
  var position: Duration { get }
  /// The length of the recording.
  var duration: Duration { get }
  /// Whether the moment moves by itself.
  var isPlaying: Bool { get set }
  /// How many times as fast as it was.
  var speed: Double { get set }
  /// The labelled moments, in order; labels are untrusted.
  var marks: [PlaybackMark] { get }
  /// What is wrong with the recording, for people; nil if nothing is.
  var damage: String? { get }
  /// How many events there are in each of some equal parts of the recording.
  func density(parts: Int) -> [Double]
  /// Goes to the moment of the event that is so many further on, or back if negative.
  func step(events: Int)
  /// Goes to a moment; to the nearer end if there is none such.
  func seek(to moment: Duration)
}

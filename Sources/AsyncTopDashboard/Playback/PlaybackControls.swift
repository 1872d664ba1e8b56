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
  /// Whether the moment stays at the end of a recording that is being made.
  var isFollowing: Bool { get }
  /// For how long nothing has come of a recording that is being made, if that is unusual.
  var silence: Duration? { get }
  /// What is wrong with the recording, for people; nil if nothing is.
  var damage: String? { get }
  /// What else the user should know of what is shown, for people; nil if nothing.
  var notice: String? { get }
  /// How many events there are in each of some equal parts of the recording.
  func density(parts: Int) -> [Double]
  /// Goes to the moment of the event that is so many further on, or back if negative.
  func step(events: Int)
  /// Goes to a moment; to the nearer end if there is none such.
  func seek(to moment: Duration)
  /// Goes to the end, and stays there while the recording is being made.
  func seekToEnd()
}

extension PlaybackControls {
  /// Goes to the end of a recording that is complete.
  public func seekToEnd() { seek(to: duration) }
  /// Nothing.
  public var notice: String? { nil }
  /// A recording that is complete isn't followed.
  public var isFollowing: Bool { false }
  /// Of a recording that is complete nothing more comes.
  public var silence: Duration? { nil }
}

/// A labelled moment of a recording.
public struct PlaybackMark: Hashable, Sendable {
  /// The moment, from the start of the recording.
  public let moment: Duration
  /// What the app called it; untrusted.
  public let label: String

  /// Makes a mark.
  public init(moment: Duration, label: String) {
    self.moment = moment
    self.label = label
  }
}

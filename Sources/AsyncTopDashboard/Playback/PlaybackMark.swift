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

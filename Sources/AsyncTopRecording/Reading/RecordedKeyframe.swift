/// A keyframe of a recording, and where playing goes on after it.
struct RecordedKeyframe {
  var head: KeyframeHead
  /// Where its first part is.
  var offset: UInt64
  /// The number of segments up to and with it.
  var segment: Int
}

/// Why a keyframe was written.
enum KeyframeKind: UInt8 {
  /// So that a reader finds the state without all events before it. Events lead to the same state.
  case copy = 0
  /// It is where the recording begins.
  case start = 1
  /// Events before it were lost; it counts as one event itself.
  case afterLoss = 2
}

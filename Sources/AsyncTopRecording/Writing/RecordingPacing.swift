/// How much a writer gathers before it writes.
struct RecordingPacing {
  /// Bytes of events in a block.
  var eventPayload = 64 << 10
  /// Bytes of tables in a part of a keyframe.
  var keyframePayload = 1 << 20
  /// Events between keyframes, for tables with few slots.
  var keyframeInterval = 1 << 18
}

/// A labelled moment of a recording.
public struct Mark: Hashable, Sendable {
  /// How many events come before it.
  public let position: UInt64
  /// When, in ticks.
  public let ticks: UInt64
  /// What the app called it; untrusted.
  public let label: String

  /// Makes a mark.
  init(position: UInt64, ticks: UInt64, label: String) {
    self.position = position
    self.ticks = ticks
    self.label = label
  }

  init?(_ payload: UnsafeRawBufferPointer) {
    var reader = unsafe PayloadReader(payload)
    position = reader.varint()
    ticks = reader.fixed64()
    label = reader.text(limit: RecordingLimits.placeText)
    if reader.isDamaged { return nil }
  }

  func write(to payload: inout PayloadWriter) {
    payload.varint(position)
    payload.fixed64(ticks)
    payload.text(label, limit: RecordingLimits.placeText)
  }
}

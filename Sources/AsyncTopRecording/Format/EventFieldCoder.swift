/// Writes or reads the fields of an event: the two directions of one description, `EventForm`.
///
/// A writer that meets a value which the form can't say becomes unfit; the event is then written
/// plainly.
protocol EventFieldCoder: ~Copyable {
  /// A field that follows from what is known.
  mutating func known<Field: FixedWidthInteger>(_ field: inout Field, _ value: Field)
  /// A field of one byte.
  mutating func byte(_ field: inout UInt8)
  /// A field that is small.
  mutating func small(_ field: inout UInt64)
  /// A field that is near a value.
  mutating func near(_ field: inout UInt64, _ value: UInt64)
  /// The id of a task: often none, or the one that the worker polls.
  mutating func task(_ field: inout UInt64, polled: UInt64)
  /// Sixteen bytes of text, which often end early.
  mutating func text(_ a: inout UInt64, _ b: inout UInt64)
}

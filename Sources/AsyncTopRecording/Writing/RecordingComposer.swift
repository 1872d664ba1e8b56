import CAsyncTopProbe

/// Makes a recording of events: applies each to its own region and writes blocks, keyframes and
/// marks.
///
/// It knows nothing of live regions and clocks.
final class RecordingComposer {
  /// The state after the last event.
  let region: PrivateRegion
  /// Events, and keyframes after a loss, so far.
  private(set) var position: UInt64 = 0
  /// The latest moment so far.
  private(set) var ticks: UInt64 = 0
  private(set) var keyframes: UInt64 = 0
  private let output: BlockOutput
  private var encoder: EventEncoder
  private var hasBegun = false
  private var blockPosition: UInt64 = 0
  private var blockBegin: UInt64 = 0
  private var keyframePosition: UInt64 = 0
  private var keyframeInterval: UInt64
  private let pacing: RecordingPacing
  private var payload = PayloadWriter()

  /// Begins a recording.
  ///
  /// Strings, sites and modules follow, then the first keyframe.
  init(
    _ header: RecordingHeader, region: PrivateRegion, to output: BlockOutput,
    pacing: RecordingPacing = RecordingPacing()
  ) throws(RecordingError) {
    self.region = region
    self.output = output
    self.pacing = pacing
    keyframeInterval = UInt64(pacing.keyframeInterval)
    encoder = EventEncoder(region: region)
    try output.writePreamble()
    header.write(to: &payload)
    try output.write(.header, payload)
    unsafe header.describe(region.header)
  }

  /// The events that are in the output; those after them were gathered, and are not.
  var writtenPosition: UInt64 { encoder.count == 0 ? position : blockPosition }

  /// Adds an event that `RegionValidator` accepts.
  @inline(__always)
  func add(_ event: tp_event, _ kind: EventKind, worker: UInt16) throws(RecordingError) {
    if encoder.count == 0 { beginBlock(at: event.ticks) }
    if kind == .mark { try mark(event) }
    encoder.add(event, kind, worker: worker)
    var copy = event
    unsafe region.apply(&copy, of: kind, worker: worker)
    position += 1
    ticks = max(ticks, event.ticks)
    if encoder.size >= pacing.eventPayload { try flush() }
  }

  private func beginBlock(at ticks: UInt64) {
    // A block's moments never go back; an event may, plainly.
    blockBegin = max(ticks, self.ticks)
    blockPosition = position
    encoder.begin(at: blockBegin)
  }

  private func mark(_ event: tp_event) throws(RecordingError) {
    let label = unsafe String(cString: region.tables.pointee.strings + Int(event.a))
    payload.rewind(to: 0)
    Mark(position: position, ticks: max(ticks, event.ticks), label: label).write(to: &payload)
    try output.write(.mark, payload)
  }

  /// Writes the events gathered, and a keyframe if it is time for one.
  func flush() throws(RecordingError) {
    guard encoder.count > 0 else { return }
    let head = EventBlockHead(
      position: blockPosition, count: UInt64(encoder.count), begin: blockBegin, end: ticks)
    payload.rewind(to: 0)
    head.write(to: &payload)
    unsafe payload.raw(encoder.bytes)
    try output.write(.events, payload, detail: .events(head))
    encoder.begin(at: ticks)
    if position - keyframePosition >= keyframeInterval {
      try keyframe(KeyframeHead(kind: .copy, position: position, ticks: ticks))
    }
  }

  /// Says that the region was filled from elsewhere: at the beginning, or after events were lost.
  func jump(lost: UInt64, at moment: UInt64) throws(RecordingError) {
    try flush()
    ticks = max(ticks, moment)
    let kind: KeyframeKind = hasBegun ? .afterLoss : .start
    if hasBegun { position += 1 }
    hasBegun = true
    try keyframe(KeyframeHead(kind: kind, position: position, ticks: ticks, lost: lost))
  }

  // Replaying from a keyframe costs about as much for each event as reading it for each slot.
  private func keyframe(_ head: KeyframeHead) throws(RecordingError) {
    let output = self.output
    var isFirst = true
    var encoder = KeyframeEncoder(region, head: head, partSize: pacing.keyframePayload) {
      part throws(RecordingError) in
      try output.write(.keyframe, part, detail: isFirst ? .keyframe(head) : .none)
      isFirst = false
    }
    let slots = try encoder.encode()
    keyframes += 1
    keyframePosition = position
    keyframeInterval = UInt64(max(pacing.keyframeInterval, 8 * slots))
  }
}

/// How much a writer gathers before it writes.
struct RecordingPacing {
  /// Bytes of events in a block.
  var eventPayload = 64 << 10
  /// Bytes of tables in a part of a keyframe.
  var keyframePayload = 1 << 20
  /// Events between keyframes, for tables with few slots.
  var keyframeInterval = 1 << 18
}

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
  /// Events that made no sense and were left out.
  private(set) var invalid: UInt64 = 0
  private let validator: RegionValidator
  private let output: BlockOutput
  private var encoder: EventEncoder
  private var hasBegun = false
  private var blockPosition: UInt64 = 0
  private var blockBegin: UInt64 = 0
  private var keyframePosition: UInt64 = 0
  private var keyframeInterval: UInt64
  private let changed: ChangedSlots
  // Bytes of the last whole keyframe, of the differences since, and how many those are.
  private var sizes: (whole: UInt64, differences: UInt64, count: Int) = (0, 0, 0)
  private var gap: RecordingGap?
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
    validator = RegionValidator(region)
    keyframeInterval = UInt64(pacing.keyframeInterval)
    encoder = EventEncoder(region: region)
    changed = try ChangedSlots(region.capacities)
    try output.writePreamble()
    header.write(to: &payload)
    try output.write(.header, payload)
    unsafe header.describe(region.header)
  }

  /// The events that are in the output; those after them were gathered, and are not.
  var writtenPosition: UInt64 { encoder.count == 0 ? position : blockPosition }

  /// Adds events, but for those that make no sense.
  ///
  /// - Parameters:
  ///   - merge: The events.
  ///   - isWanted: Whether an event is to be added; it may change it.
  func add(
    _ merge: inout EventMerge, isWanted: (inout tp_event, EventKind) -> Bool
  ) throws(RecordingError) {
    while !merge.isAtEnd {
      var run = Run(position: position, ticks: ticks)
      encode(&merge, &encoder, &run, isWanted)
      (position, ticks) = (run.position, run.ticks)
      invalid += run.invalid
      if let mark = run.mark { try write(mark) }
      if encoder.size >= pacing.eventPayload { try flush() }
    }
  }

  // What changes while events are encoded one after the other.
  private struct Run {
    var position: UInt64
    var ticks: UInt64
    var invalid: UInt64 = 0
    var mark: Mark?
  }

  // Until there is something to be written: all that changes with each event is at hand.
  private func encode(
    _ merge: inout EventMerge, _ encoder: inout EventEncoder, _ run: inout Run,
    _ isWanted: (inout tp_event, EventKind) -> Bool
  ) {
    let limit = pacing.eventPayload
    unsafe merge.runWhile { pointer, worker, _ in
      var event = unsafe pointer.pointee
      guard let kind = EventKind(rawValue: event.kind),
        validator.accepts(event, of: kind, worker: worker), region.makeRoom(for: event, kind)
      else {
        run.invalid += 1
        return true
      }
      guard isWanted(&event, kind) else { return true }
      add(event, kind, worker: worker, &encoder, &run)
      return encoder.size < limit && run.mark == nil
    }
  }

  @inline(__always)
  private func add(
    _ event: tp_event, _ kind: EventKind, worker: UInt16, _ encoder: inout EventEncoder,
    _ run: inout Run
  ) {
    if encoder.count == 0 {
      // A block's moments never go back; an event may, plainly.
      blockBegin = max(event.ticks, run.ticks)
      blockPosition = run.position
      encoder.begin(at: blockBegin)
    }
    let moment = max(run.ticks, event.ticks)
    if kind == .mark { run.mark = mark(event, at: run.position, moment) }
    encoder.add(event, kind, worker: worker)
    var copy = event
    note(event, kind, worker)
    unsafe region.apply(&copy, of: kind, worker: worker)
    run.position += 1
    run.ticks = moment
  }

  /// Adds an event that `RegionValidator` accepts.
  func add(_ event: tp_event, _ kind: EventKind, worker: UInt16) throws(RecordingError) {
    var run = Run(position: position, ticks: ticks)
    add(event, kind, worker: worker, &encoder, &run)
    (position, ticks) = (run.position, run.ticks)
    if let mark = run.mark { try write(mark) }
    if encoder.size >= pacing.eventPayload { try flush() }
  }

  // The slots that an event is about to change.
  @inline(__always)
  private func note(_ event: tp_event, _ kind: EventKind, _ worker: UInt16) {
    changed.insert(Int(worker), of: .workers)
    guard let table = TableKind(of: kind) else { return }
    let slot = Int(event.slot)
    changed.insert(slot, of: table)
    guard table == .tasks else { return }
    let tables = unsafe region.tables.pointee
    switch kind {
    case .taskScheduled:
      let target = unsafe UInt32(truncatingIfNeeded: tables.tasks[slot].wait_target)
      if unsafe target < tables.resource_capacity { changed.insert(Int(target), of: .resources) }
    case .taskOrigin, .taskEnded:
      let origin = unsafe tables.origins[slot]
      let group = kind == .taskOrigin ? UInt32(event.a >> 32) : origin.group
      if group > 0, unsafe group <= tables.group_capacity {
        changed.insert(Int(group) - 1, of: .groups)
      }
      if unsafe origin.site < tables.site_capacity { changed.insert(Int(origin.site), of: .sites) }
    default: break
    }
  }

  private func mark(_ event: tp_event, at position: UInt64, _ ticks: UInt64) -> Mark {
    let label = unsafe String(cString: region.tables.pointee.strings + Int(event.a))
    return Mark(position: position, ticks: ticks, label: label)
  }

  private func write(_ mark: Mark) throws(RecordingError) {
    payload.rewind(to: 0)
    mark.write(to: &payload)
    try output.write(.mark, payload)
  }

  /// Writes the events gathered, and a keyframe if it is time for one.
  func flush() throws(RecordingError) {
    try writeEvents()
    try writeGap()
    if position - keyframePosition >= keyframeInterval {
      let isWhole =
        sizes.count >= pacing.differences || sizes.differences > sizes.whole / 2
      try keyframe(
        KeyframeHead(
          kind: isWhole ? .copy : .difference, position: position, ticks: ticks),
        only: isWhole ? nil : changed)
    }
  }

  /// Says that something is missing; what is said of one stretch of time is written as one.
  func note(_ gap: RecordingGap) throws(RecordingError) {
    if let joined = self.gap?.joined(with: gap) {
      self.gap = joined
    } else {
      try writeEvents()
      try writeGap()
      self.gap = gap
    }
  }

  private func writeGap() throws(RecordingError) {
    guard let gap else { return }
    self.gap = nil
    payload.rewind(to: 0)
    RecordingGap(
      kind: gap.kind, position: position, start: gap.start, end: gap.end, count: gap.count,
      workers: gap.workers
    ).write(to: &payload)
    try output.write(.gap, payload)
  }

  private func writeEvents() throws(RecordingError) {
    guard encoder.count > 0 else { return }
    let head = EventBlockHead(
      position: blockPosition, count: UInt64(encoder.count), begin: blockBegin, end: ticks)
    payload.rewind(to: 0)
    head.write(to: &payload)
    unsafe payload.raw(encoder.bytes)
    try output.write(.events, payload, detail: .events(head))
    encoder.begin(at: ticks)
  }

  /// Says that slots of the region were changed otherwise than by events.
  func repair(_ slots: ChangedSlots, at moment: UInt64) throws(RecordingError) {
    try writeEvents()
    try writeGap()
    ticks = max(ticks, moment)
    position += 1
    for table in TableKind.allCases {
      let end = Int(region.high(of: table))
      var slot = slots.next(table, from: 0, to: end)
      while slot < end {
        changed.insert(slot, of: table)
        slot = slots.next(table, from: slot + 1, to: end)
      }
    }
    let head = KeyframeHead(kind: .repair, position: position, ticks: ticks)
    _ = try writeKeyframe(head, only: slots)
  }

  /// Whether the recording has no beginning yet.
  var isEmpty: Bool { !hasBegun }

  /// Says that the region was filled from elsewhere: the recording begins.
  func begin(at moment: UInt64) throws(RecordingError) {
    precondition(isEmpty)
    hasBegun = true
    ticks = max(ticks, moment)
    try keyframe(KeyframeHead(kind: .start, position: position, ticks: ticks))
  }

  // Replaying from a keyframe costs about as much for each event as reading it for each slot.
  private func keyframe(
    _ head: KeyframeHead, only slots: ChangedSlots? = nil
  ) throws(RecordingError) {
    let start = output.position
    let count = try writeKeyframe(head, only: slots)
    changed.removeAll()
    keyframes += 1
    keyframePosition = position
    keyframeInterval = UInt64(max(pacing.keyframeInterval, 8 * count))
    let size = output.position - start
    sizes =
      slots == nil ? (size, 0, 0) : (sizes.whole, sizes.differences + size, sizes.count + 1)
  }

  // Returns how many slots it holds.
  private func writeKeyframe(
    _ head: KeyframeHead, only slots: ChangedSlots?
  ) throws(RecordingError) -> Int {
    let output = self.output
    var isFirst = true
    var encoder = KeyframeEncoder(region, head: head, partSize: pacing.keyframePayload, only: slots)
    {
      part throws(RecordingError) in
      try output.write(.keyframe, part, detail: isFirst ? .keyframe(head) : .none)
      isFirst = false
    }
    return try encoder.encode()
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
  /// Keyframes of differences after a whole one.
  var differences = 16
}

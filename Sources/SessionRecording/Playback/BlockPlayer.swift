import CTaskProbe

/// Applies the events of a recording's blocks to a region.
@safe
struct BlockPlayer: ~Copyable {
  /// Why no more events were applied.
  enum Stop {
    case goalReached
    case blockEnded
    case damaged
  }

  /// How many events led to the state of the region.
  private(set) var position: UInt64 = 0
  /// Their latest moment.
  private(set) var ticks: UInt64 = 0
  /// The last one, unless the state comes from a keyframe.
  private(set) var last: DecodedEvent?
  /// Measures the polls of a task that are played.
  var meter: PollMeter?
  /// Whether a block is open.
  private(set) var isOpen = false
  private let region: PrivateRegion
  private var decoder: EventDecoder
  private var block = PayloadWriter(capacity: 1 << 17)
  private var end: UInt64 = 0
  private var next: DecodedEvent?

  init(region: PrivateRegion) {
    self.region = region
    decoder = EventDecoder(region: region)
  }

  /// Says that the region was filled from a keyframe.
  mutating func jump(to head: KeyframeHead) {
    position = head.position
    ticks = head.ticks
    last = nil
    next = nil
    isOpen = false
    meter?.forgetBeginning()
  }

  /// Opens a block of events; false if it is not the one that is expected.
  mutating func open(_ expected: EventBlockHead, _ payload: UnsafeRawBufferPointer) -> Bool {
    block.rewind(to: 0)
    unsafe block.raw(payload)
    var reader = unsafe PayloadReader(block.bytes)
    guard let head = EventBlockHead(from: &reader), head == expected, head.position == position
    else { return false }
    unsafe decoder.begin(
      UnsafeRawBufferPointer(rebasing: block.bytes[reader.offset...]), at: head.begin)
    end = head.position + head.count
    isOpen = true
    return true
  }

  /// Applies events of the open block.
  mutating func run(to goal: PlaybackGoal) -> Stop {
    while position < end {
      guard position < goal.position else { return .goalReached }
      guard var event = next ?? decoder.next() else { return .damaged }
      guard event.event.ticks <= goal.ticks else {
        next = event
        return .goalReached
      }
      next = nil
      guard region.makeRoom(for: event.event, event.kind) else { return .damaged }
      meter?.note(event)
      unsafe region.apply(&event.event, of: event.kind, worker: event.worker)
      ticks = max(ticks, event.event.ticks)
      position += 1
      last = event
    }
    isOpen = false
    return decoder.isAtEnd ? .blockEnded : .damaged
  }
}

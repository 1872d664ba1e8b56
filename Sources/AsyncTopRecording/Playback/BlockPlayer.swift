import AsyncTopBus
import CAsyncTopProbe

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
  /// The ends of tasks, by id, that were played since the region was filled, or this was emptied.
  var endings: [UInt64: TaskEnding] = [:]
  /// The most ends that are kept; when there are more, those before are forgotten.
  static let endingsLimit = 1 << 16
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
    endings = [:]
    meter?.forgetBeginning()
  }

  /// Says that events are missing here.
  mutating func forgetBeginnings() { meter?.forgetBeginning() }

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
    if let event = next {
      guard position < goal.position, event.event.ticks <= goal.ticks else { return .goalReached }
      next = nil
      guard play(event) else { return .damaged }
      position += 1
      last = event
    }
    let stop = min(end, goal.position)
    var played: DecodedEvent?
    defer { last = played ?? last }
    while position < stop {
      guard let event = decoder.next() else { return .damaged }
      guard event.event.ticks <= goal.ticks else {
        next = event
        return .goalReached
      }
      guard play(event) else { return .damaged }
      position += 1
      played = event
    }
    guard position >= end else { return .goalReached }
    isOpen = false
    return decoder.isAtEnd ? .blockEnded : .damaged
  }

  @inline(__always)
  private mutating func play(_ decoded: DecodedEvent) -> Bool {
    var event = decoded.event
    guard region.makeRoom(for: event, decoded.kind) else { return false }
    if meter != nil { meter?.note(decoded) }
    if decoded.kind == .taskEnded { noteEnding(event) }
    unsafe region.apply(&event, of: decoded.kind, worker: decoded.worker)
    ticks = max(ticks, event.ticks)
    return true
  }

  // It is about to be applied: its task is still in its slot, unless events were lost.
  private mutating func noteEnding(_ event: tp_event) {
    let task = unsafe region.tables.pointee.tasks[Int(event.slot)]
    guard UInt16(truncatingIfNeeded: task.id) == event.tag, task.state != TP_TASK_FREE.rawValue
    else { return }
    if endings.count == Self.endingsLimit { endings = [:] }
    let flags = unsafe TaskFlags(rawValue: region.tables.pointee.origins[Int(event.slot)].flags)
    endings[task.id] = TaskEnding(
      outcome: TaskOutcome(rawValue: event.detail) ?? .unknown, at: event.ticks,
      wasCancelled: flags.contains(.cancelled))
  }
}

/// Where playback shall stand: as late as possible, but not after this many events nor this moment.
///
/// Of events that are not in the order of their moments, those after the first one that is too late
/// do not count. So a goal always means the same state, wherever playback comes from.
struct PlaybackGoal {
  var position: UInt64 = .max
  var ticks: UInt64 = .max
}

/// Measures the polls of one task by the events that are played.
@safe
struct PollMeter {
  private let task: UInt64
  private let region: PrivateRegion
  private var began: UInt64?
  private var polls: [UInt64] = []

  init(task: UInt64, region: PrivateRegion) {
    self.task = task
    self.region = region
  }

  /// Takes note of an event that is about to be applied.
  mutating func note(_ decoded: DecodedEvent) {
    switch decoded.kind {
    case .pollBegan:
      if isOfTask(decoded.event) { began = decoded.event.ticks }
    case .pollEnded, .taskEnded:
      guard let began, isOfTask(decoded.event) else { return }
      self.began = nil
      if decoded.event.ticks >= began { polls.append(decoded.event.ticks -| began) }
    default: break
    }
  }

  /// Says that events are missing, perhaps the end of the poll that is open.
  mutating func forgetBeginning() { began = nil }

  /// What was measured since the last call.
  mutating func take() -> [UInt64] {
    defer { polls.removeAll() }
    return polls
  }

  private func isOfTask(_ event: tp_event) -> Bool {
    unsafe event.tag == UInt16(truncatingIfNeeded: task)
      && region.tables.pointee.tasks[Int(event.slot)].id == task
  }
}

import CAsyncTopProbe

/// Follows the rings of a live region, and gives their events in one order.
///
/// 1. A round first reads the clock, then the heads of all rings, and takes the events up to that
///    moment. An event that another thread's event brought about was written after it, so if it is
///    taken, the other one is found too: no round puts an effect before its cause.
/// 2. Within a round the events are ordered as `EventMerge` says. An event that was written late
///    may be earlier than those of the round before; it comes late.
/// 3. When a ring was overtaken, nothing of any ring is good until the tables were copied anew: see
///    `TableCopy`.
@safe
final class RegionDrain {
  /// Events that made no sense and were left out.
  private(set) var invalid: UInt64 = 0
  /// Which part of the fullest ring was new in a round: of the last one, or of those before it,
  /// which count half as much with each round.
  private(set) var fill = 0.0
  private let live: tp_region
  private let region: PrivateRegion
  private let validator: RegionValidator
  private var rings: [RingFollower] = []
  private var copy: TableCopy
  private var wasAttached = false

  /// Follows a live region and keeps a copy of its tables.
  init(_ live: tp_region, copyingTo region: PrivateRegion) {
    unsafe self.live = unsafe live
    self.region = region
    validator = RegionValidator(region)
    copy = unsafe TableCopy(of: live, to: region)
  }

  private var now: UInt64 {
    var live = unsafe live
    return unsafe tp_now_of(&live)
  }

  private var passed: UInt64 { rings.reduce(0) { $0 &+ $1.position } }

  /// Copies the tables; the rings are followed from there.
  ///
  /// Whoever calls has renewed the lease.
  ///
  /// - Returns: The copy's moment, and how many events since the last round are found in the tables
  ///   only; nil if a ring was overtaken meanwhile.
  func attach() -> (moment: UInt64, lost: UInt64)? {
    findRings()
    let before = passed
    for ring in rings { ring.restart() }
    copy.copy()
    var counted = rings.map(copyRecord)
    copy.end = now
    // A worker that is found only now has its first events in the ring, and its record is empty
    // here.
    findRings()
    counted += repeatElement(0, count: rings.count - counted.count)
    region.setHigh(of: .workers, to: UInt32(rings.count))
    guard collect(until: copy.end) else { return nil }
    var merge = EventMerge()
    for (ring, counted) in zip(rings, counted) {
      let (first, events) = unsafe ring.take()
      unsafe merge.add(events, worker: ring.worker, first: first, counted: counted)
    }
    // Applying to the copy fails for nobody.
    try? merge.run { event, worker, isCounted in
      guard let kind = valid(event, worker) else { return }
      copy.apply(event, kind, worker: worker, isCounted: isCounted)
    }
    defer { wasAttached = true }
    return (copy.end, wasAttached ? passed &- before : 0)
  }

  private func copyRecord(of ring: RingFollower) -> UInt64 {
    var (worker, events) = ring.copyRecord { now }
    worker.head = 0
    worker.endings = 0
    if worker.name.15 != 0 { worker.name = tp_worker().name }
    unsafe region.tables.pointee.workers[Int(ring.worker)] = worker
    return events
  }

  /// Copies the events of a round; false if a ring was overtaken.
  func collect() -> Bool {
    findRings()
    return collect(until: now)
  }

  /// Passes on the events that were collected.
  func pass(
    to body: (tp_event, EventKind, UInt16) throws(RecordingError) -> Void
  ) throws(RecordingError) {
    var merge = EventMerge()
    for ring in rings { unsafe merge.add(ring.take().events, worker: ring.worker) }
    try merge.run { event, worker, _ throws(RecordingError) in
      guard let kind = valid(event, worker) else { return }
      if event.ticks <= copy.end && copy.contains(event, kind) { return }
      var event = event
      // Of use only beside the live tables.
      if kind == .taskEnded { event.b = 0 }
      try body(event, kind, worker)
    }
  }

  @inline(__always)
  private func valid(_ event: tp_event, _ worker: UInt16) -> EventKind? {
    guard let kind = EventKind(rawValue: event.kind),
      validator.accepts(event, of: kind, worker: worker),
      region.makeRoom(for: event, kind)
    else {
      invalid += 1
      return nil
    }
    return kind
  }

  // The last worker is shared by the threads that found none, and has no ring.
  private func findRings() {
    let found = unsafe min(live.header.pointee.worker_high, live.worker_capacity)
    while rings.count < found,
      let ring = unsafe RingFollower(live, worker: UInt16(rings.count))
    {
      rings.append(ring)
    }
  }

  private func collect(until moment: UInt64) -> Bool {
    let isComplete = rings.reduce(true) { $1.collect(until: moment) && $0 }
    fill = isComplete ? rings.reduce(fill / 2) { max($0, $1.fill) } : 1
    return isComplete
  }
}

/// Several workers' events in one order: by ticks; of equal ones, the lower worker's first.
@safe
struct EventMerge {
  @safe
  private struct Source {
    var next: UnsafePointer<tp_event>
    let end: UnsafePointer<tp_event>
    let worker: UInt16
    // Where the events begin that the worker's record does not count.
    let uncounted: UnsafePointer<tp_event>

    // Before the other source's next event.
    @inline(__always)
    func precedes(_ other: Source) -> Bool {
      let (mine, others) = unsafe (next.pointee.ticks, other.next.pointee.ticks)
      return mine < others || mine == others && worker < other.worker
    }
  }

  private var sources: [Source] = []

  /// Adds a worker's events; they must stay valid.
  ///
  /// - Parameters:
  ///   - events: The events.
  ///   - worker: Their worker.
  ///   - first: The number of the first one.
  ///   - counted: How many events the worker's record counts.
  mutating func add(
    _ events: UnsafeBufferPointer<tp_event>, worker: UInt16, first: UInt64 = 0, counted: UInt64 = 0
  ) {
    guard let start = events.baseAddress, !events.isEmpty else { return }
    let known = counted > first ? Int(min(counted - first, UInt64(events.count))) : 0
    unsafe sources.append(
      Source(next: start, end: start + events.count, worker: worker, uncounted: start + known))
  }

  /// Passes on all events, their workers, and whether the worker's record counts them.
  mutating func run(
    _ body: (tp_event, UInt16, Bool) throws(RecordingError) -> Void
  ) throws(RecordingError) {
    while !sources.isEmpty {
      let (first, second) = leading()
      let worker = sources[first].worker
      repeat {
        let source = sources[first]
        try unsafe body(source.next.pointee, worker, source.next < source.uncounted)
        unsafe sources[first].next += 1
        if unsafe sources[first].next == sources[first].end {
          sources.remove(at: first)
          break
        }
      } while second.map { sources[first].precedes(sources[$0]) } ?? true
    }
  }

  // The source with the first event of all, and the one with the second of their first events.
  private func leading() -> (first: Int, second: Int?) {
    var first = 0
    var second: Int?
    for index in sources.indices.dropFirst() {
      if sources[index].precedes(sources[first]) {
        second = first
        first = index
      } else if second.map({ sources[index].precedes(sources[$0]) }) ?? true {
        second = index
      }
    }
    return (first, second)
  }
}

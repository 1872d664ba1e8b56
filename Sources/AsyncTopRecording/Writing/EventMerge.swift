import CAsyncTopProbe

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

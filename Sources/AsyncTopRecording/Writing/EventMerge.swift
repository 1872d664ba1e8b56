import AsyncTopBus
import CAsyncTopProbe

/// Several workers' events in one order: by ticks; of equal ones, the lower worker's first.
@safe
struct EventMerge: ~Copyable {
  @safe
  private struct Source {
    var next: UnsafePointer<tp_event>
    var end: UnsafePointer<tp_event>
    // Where the events begin that the worker's record does not count.
    var uncounted: UnsafePointer<tp_event>
    let worker: UInt16
    // The next part of the worker's events, and where those of the next worker begin.
    var part: Int
    let lastPart: Int
  }

  private let queue: EventQueue
  private let pieces: [EventBatch.Piece]
  private let counted: [UInt64]
  private var sources: [Source] = []

  /// Prepares to pass on the events of a batch.
  ///
  /// - Parameters:
  ///   - batch: The batch, not freed yet.
  ///   - queue: Where its events are.
  ///   - counted: How many events the record of each worker counts.
  init(_ batch: EventBatch, of queue: EventQueue, counted: [UInt64] = []) {
    self.queue = queue
    self.counted = counted
    pieces = batch.pieces
    var part = 0
    while part < pieces.count {
      let worker = pieces[part].worker
      let end = pieces[part...].firstIndex { $0.worker != worker } ?? pieces.count
      if let source = open(part, lastPart: end) { sources.append(source) }
      part = end
    }
  }

  // A worker's parts lie one after the other.
  private func open(_ part: Int, lastPart: Int) -> Source? {
    guard part < lastPart else { return nil }
    let piece = pieces[part]
    let events = unsafe queue.events(of: piece)
    guard let start = events.baseAddress, piece.count > 0 else {
      return open(part + 1, lastPart: lastPart)
    }
    let known = Int(piece.worker) < counted.count ? counted[Int(piece.worker)] : 0
    let count = known > piece.first ? Int(min(known - piece.first, UInt64(piece.count))) : 0
    return unsafe Source(
      next: start, end: start + piece.count, uncounted: start + count, worker: piece.worker,
      part: part + 1, lastPart: lastPart)
  }

  /// Whether all events were passed on.
  var isAtEnd: Bool { sources.isEmpty }

  /// Passes on all events, their workers, and whether the worker's record counts them.
  @inline(__always)
  mutating func run(_ body: (UnsafePointer<tp_event>, UInt16, Bool) -> Void) {
    unsafe runWhile { event, worker, isCounted in
      unsafe body(event, worker, isCounted)
      return true
    }
  }

  /// The same, until the body says false, after which it goes on with the next event.
  @inline(__always)
  mutating func runWhile(_ body: (UnsafePointer<tp_event>, UInt16, Bool) -> Bool) {
    var goesOn = true
    while goesOn && !sources.isEmpty {
      let (first, limit) = leading()
      var source = sources[first]
      let (end, uncounted, worker) = unsafe (source.end, source.uncounted, source.worker)
      var next = unsafe source.next
      repeat {
        goesOn = unsafe body(next, worker, next < uncounted)
        unsafe next += 1
      } while unsafe goesOn && next != end && next.pointee.ticks < limit
      if unsafe next != end {
        unsafe source.next = unsafe next
        sources[first] = source
      } else if let rest = open(source.part, lastPart: source.lastPart) {
        sources[first] = rest
      } else {
        sources.remove(at: first)
      }
    }
  }

  // The source with the first event of all, and the moment at which it is another one's turn.
  private func leading() -> (first: Int, limit: UInt64) {
    var first = 0
    var least = unsafe sources[0].next.pointee.ticks
    var limit = UInt64.max
    for index in sources.indices.dropFirst() {
      let ticks = unsafe sources[index].next.pointee.ticks
      // Sources are in the order of their workers.
      if ticks < least {
        limit = least
        (first, least) = (index, ticks)
      } else {
        limit = min(limit, first < index ? ticks +| 1 : ticks)
      }
    }
    return (first, limit)
  }
}

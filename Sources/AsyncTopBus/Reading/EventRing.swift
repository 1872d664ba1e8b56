public import CAsyncTopProbe
import Synchronization

/// Where the events of a worker are.
///
/// All rings begin as shares of one size, and one that is full too soon moves to a larger place.
@safe
public struct EventRing {
  /// Where the place is.
  public let events: UnsafePointer<tp_event>
  /// How many events it holds, a power of two.
  public let capacity: Int
  /// How often the ring has moved.
  public let moves: Int
  /// The number of the first event that was written here.
  public let first: UInt64

  /// The ring of a worker, also of one that no thread has taken yet.
  ///
  /// - Returns: Nil for a worker that there is not, for the last one, which several threads may
  ///   share and which has none, in a region without rings that could be used, and while the ring
  ///   moves.
  public init?(of worker: Int, in tables: tp_region) {
    guard worker >= 0, unsafe worker < Int(tables.worker_capacity) - 1 else { return nil }
    let record = unsafe tables.workers + worker
    for _ in 0..<Self.attempts {
      let place = unsafe tp_load_acquire(&record.pointee.ring_place)
      guard place != UInt64.max else { continue }
      let since = unsafe tp_load(&record.pointee.ring_since)
      guard unsafe tp_load_again(&record.pointee.ring_place) == place else { continue }
      guard let ring = unsafe Self(place, since: since, of: worker, in: tables) else { return nil }
      self = ring
      return
    }
    return nil
  }

  private static let attempts = 16

  /// Where the ring of a worker was before it moved for the first time.
  public init?(beginningOf worker: Int, in tables: tp_region) {
    guard worker >= 0, unsafe worker < Int(tables.worker_capacity) - 1 else { return nil }
    unsafe self.init(0, since: 0, of: worker, in: tables)
  }

  private init?(_ place: UInt64, since: UInt64, of worker: Int, in tables: tp_region) {
    let stride = MemoryLayout<tp_event>.stride
    let start: UnsafeRawPointer
    if place == 0 {
      capacity = unsafe Int(tables.ring_bytes) / Int(tables.worker_capacity) / stride
      guard capacity > 0, capacity & (capacity - 1) == 0 else { return nil }
      unsafe start = unsafe UnsafeRawPointer(tables.rings + worker * capacity * stride)
      (moves, first) = (0, 0)
    } else {
      let room = unsafe tables.grown_bytes / UInt64(stride)
      let (offset, shift) = (tp_ring_start(place), tp_ring_shift(place))
      guard shift < 32, offset <= room, room - offset >= 1 << UInt64(shift) else { return nil }
      capacity = 1 << Int(shift)
      unsafe start = unsafe UnsafeRawPointer(tables.grown_rings + Int(offset) * stride)
      (moves, first) = (Int(tp_ring_moves(place)), since)
    }
    unsafe events = unsafe start.assumingMemoryBound(to: tp_event.self)
  }
}

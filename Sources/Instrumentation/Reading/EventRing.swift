public import CTaskProbe

/// Where the events of a worker are, as its record says: checked against the region's bounds.
@safe
public struct EventRing {
  /// The first event's place.
  public let events: UnsafePointer<tp_event>
  /// How many places there are, a power of two.
  public let capacity: Int

  /// The ring that a worker's record names.
  ///
  /// - Returns: Nil for a worker that has none, or none that lies within the rings.
  public init?(of worker: Int, in tables: tp_region) {
    guard unsafe worker < Int(tables.worker_capacity) else { return nil }
    let record = unsafe tables.workers + worker
    let offset = unsafe tp_load(&record.pointee.ring)
    let capacity = unsafe UInt64(tp_load32(&record.pointee.ring_capacity))
    let size = capacity * UInt64(MemoryLayout<tp_event>.stride)
    guard capacity > 0, capacity & (capacity - 1) == 0, offset % 8 == 0,
      unsafe size <= tables.ring_bytes, unsafe offset <= tables.ring_bytes - size
    else { return nil }
    let start = unsafe UnsafeRawPointer(tables.rings + Int(offset))
    unsafe events = unsafe start.assumingMemoryBound(to: tp_event.self)
    self.capacity = Int(capacity)
  }
}

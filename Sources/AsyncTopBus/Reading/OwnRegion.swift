import CAsyncTopProbe

/// What this process's own region says: how the runtime reads back what was reported of one thing.
public struct OwnRegion {
  private let session: LiveSession
  private var reader: RegionReader { RegionReader(memory: session.memory) }

  /// Nil while the probe is off.
  public init?() {
    guard Probe.isOn, let session = LiveSession(ownProcess: ()) else { return nil }
    self.session = session
  }

  /// A native task.
  ///
  /// - Parameter address: Of a task that is alive.
  /// - Returns: Nil if it is not listed.
  public func task(at address: UnsafeRawPointer) -> TaskRecord? {
    let slot = unsafe tp_listed_task(address)
    guard slot > 0 else { return nil }
    var tables = unsafe session.memory.tables
    var copy = tp_task_copy()
    return unsafe tp_copy_task(&tables, slot - 1, &copy) ? TaskRecord(copy: copy) : nil
  }

  /// The timer with this id; nil if it is not listed.
  public func timer(_ id: UInt64) -> TimerRecord? {
    let tables = unsafe session.memory.tables
    var copy = tp_timer()
    let capacity = unsafe tables.timer_capacity
    guard let slot = slot(of: id, in: capacity) else { return nil }
    let stride = MemoryLayout<tp_timer>.stride
    let count = unsafe tp_copy_slots(tables.timers + slot, stride, 0, 1, &copy, 1)
    return count == 1 && copy.id == id ? TimerRecord(copy: copy) : nil
  }

  /// The resource with this id; nil if it is not listed.
  public func resource(_ id: UInt64) -> ResourceRecord? {
    let tables = unsafe session.memory.tables
    var copy = tp_resource()
    let capacity = unsafe tables.resource_capacity
    guard let slot = slot(of: id, in: capacity) else { return nil }
    let stride = MemoryLayout<tp_resource>.stride
    let count = unsafe tp_copy_slots(tables.resources + slot, stride, 0, 1, &copy, 1)
    return count == 1 && copy.id == id ? ResourceRecord(copy: copy) : nil
  }

  // The low half of an id is its slot.
  private func slot(of id: UInt64, in capacity: UInt32) -> Int? {
    let slot = UInt32(truncatingIfNeeded: id)
    return id != 0 && slot < capacity ? Int(slot) : nil
  }

  /// The site of this number, if it is a location in the source.
  public func location(_ site: UInt32) -> SourceLocation? {
    guard case .source(let file, let line, let function) = reader.site(site) else { return nil }
    return SourceLocation(function: function, file: file, line: line)
  }

  /// The time since a moment in ticks.
  public func duration(since ticks: UInt64) -> Duration {
    session.clock.duration(session.ticks -| ticks)
  }
}

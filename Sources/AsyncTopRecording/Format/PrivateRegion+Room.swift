import CAsyncTopProbe
import AsyncTopLinux

/// Memory that follows what is in the tables, not what somebody says of them.
///
/// A header of some bytes may claim tables of gigabytes, which are address space and nothing else
/// until a slot is written. So nothing writes a slot, not even zeros, before `makeRoom` agreed.
extension PrivateRegion {
  /// Makes sure of the memory up to a slot that is about to be written.
  ///
  /// - Returns: False if the tables would take more than `RecordingLimits.tableBytes`.
  @inline(__always)
  func makeRoom(for slot: Int, of table: TableKind) -> Bool {
    unsafe slot < written[Int(table.rawValue)] || grow(table, to: slot + 1)
  }

  /// Makes sure of the memory for the slots that a valid event changes: its own, its group's, its
  /// site's.
  @inline(__always)
  func makeRoom(for event: tp_event, _ kind: EventKind) -> Bool {
    guard let table = TableKind(of: kind) else { return true }
    let slot = Int(event.slot)
    guard makeRoom(for: slot, of: table) else { return false }
    if kind == .taskEnded {
      let site = unsafe Int(tables.pointee.origins[slot].site)
      guard makeRoom(for: site, of: .sites) else { return false }
    }
    let group =
      switch kind {
      case .taskOrigin: Int(event.a >> 32)
      case .taskEnded: unsafe Int(tables.pointee.origins[slot].group)
      default: 0
      }
    return group == 0 || makeRoom(for: group - 1, of: .groups)
  }

  private func grow(_ table: TableKind, to count: Int) -> Bool {
    let more = unsafe (count - written[Int(table.rawValue)]) * table.slotBytes
    guard bytes + more <= RecordingLimits.tableBytes else {
      isFull = true
      return false
    }
    setWritten(table, count)
    return true
  }

  private func setWritten(_ table: TableKind, _ count: Int) {
    let index = Int(table.rawValue)
    unsafe bytes += (count - written[index]) * table.slotBytes
    unsafe written[index] = count
  }

  /// Takes note that slots were written by somebody who did not ask.
  func noteWritten(_ table: TableKind, upTo high: UInt32) {
    if unsafe Int(high) > written[Int(table.rawValue)] { setWritten(table, Int(high)) }
  }

  /// Makes slots of a table zero, where they are not; memory of many is given back.
  func clear(_ table: TableKind, _ slots: Range<Int>) {
    let index = Int(table.rawValue)
    let slots = unsafe slots.clamped(to: 0..<written[index])
    guard !slots.isEmpty else { return }
    for array in arrays(of: table) {
      let start = unsafe UnsafeRawPointer(array.start) - UnsafeRawPointer(memory.start)
      let size = 8 * array.words
      memory.clear(start + slots.lowerBound * size..<start + slots.upperBound * size)
    }
    if unsafe slots.upperBound == written[index] { setWritten(table, slots.lowerBound) }
  }
}

extension TableKind {
  /// Bytes of a slot, in all arrays of the table.
  fileprivate var slotBytes: Int {
    switch self {
    case .tasks:
      MemoryLayout<tp_task>.stride + MemoryLayout<tp_task_origin>.stride
        + MemoryLayout<tp_task_detail>.stride
    case .groups: MemoryLayout<tp_group>.stride
    case .timers: MemoryLayout<tp_timer>.stride
    case .resources: MemoryLayout<tp_resource>.stride
    case .loops: MemoryLayout<tp_loop>.stride
    case .workers: MemoryLayout<tp_worker>.stride
    case .sites: MemoryLayout<tp_site_counts>.stride
    }
  }
}

import CAsyncTopProbe

extension PrivateRegion {
  /// How many slots of a table were ever used.
  @inline(__always)
  func high(of table: TableKind) -> UInt32 {
    switch table {
    case .tasks: unsafe header.pointee.tasks.high
    case .groups: unsafe header.pointee.groups.high
    case .timers: unsafe header.pointee.timers.high
    case .resources: unsafe header.pointee.resources.high
    case .loops: unsafe header.pointee.loops.high
    case .workers: unsafe header.pointee.worker_high
    case .sites: countedSites
    }
  }

  /// Says how many slots of a table were ever used.
  @inline(__always)
  func setHigh(of table: TableKind, to high: UInt32) {
    switch table {
    case .tasks: unsafe header.pointee.tasks.high = high
    case .groups: unsafe header.pointee.groups.high = high
    case .timers: unsafe header.pointee.timers.high = high
    case .resources: unsafe header.pointee.resources.high = high
    case .loops: unsafe header.pointee.loops.high = high
    case .workers: unsafe header.pointee.worker_high = high
    case .sites: countedSites = high
    }
    noteWritten(table, upTo: high)
  }

  /// The arrays that make up a table, as words.
  ///
  /// A task has three, everything else one.
  func arrays(of table: TableKind) -> [SlotArray] {
    let tables = unsafe tables.pointee
    return switch table {
    case .tasks:
      unsafe [
        SlotArray(tables.tasks, ticks: 1 << 1),
        SlotArray(tables.origins, ticks: 1 << 0 | 1 << 7, firstWords: 6),
        SlotArray(tables.details, ticks: 1 << 6, texts: 0b11_1111, firstWords: 6),
      ]
    case .groups: unsafe [SlotArray(tables.groups, ticks: 1 << 3, texts: 0b11_1111 << 8)]
    case .timers: unsafe [SlotArray(tables.timers, ticks: 1 << 2)]
    case .resources:
      unsafe [
        SlotArray(
          tables.resources, ticks: 1 << 1 | 1 << 3, texts: 0b11_1111 << 9, firstWords: 16)
      ]
    case .loops:
      unsafe [
        SlotArray(
          tables.loops, ticks: 1 << 1 | 1 << 16 | 1 << 19, texts: 0b11_1111 << 9, firstWords: 16)
      ]
    case .workers:
      unsafe [SlotArray(tables.workers, ticks: 1 << 5 | 1 << 27, texts: 0b11 << 1)]
    case .sites: unsafe [SlotArray(tables.site_counts)]
    }
  }
}

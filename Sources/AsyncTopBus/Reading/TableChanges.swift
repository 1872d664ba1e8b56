import CAsyncTopProbe

/// Which slots of a region's tables have changed since they were last copied.
///
/// For a viewer that keeps its copies: it begins a pass, asks for the slots of each table, and then
/// copies those. Several viewers don't disturb each other. What a thread is just about to report is
/// found by a later pass; no change is missed for good. `Layout.md` in CAsyncTopProbe says why.
///
/// ```swift
/// var changes = TableChanges(of: session.memory)
/// changes.beginPass()
/// for slots in changes.slots(of: .tasks) { copyTasks(slots) }
/// ```
///
/// Loops, workers and what is only appended to are not among the tables: they are small, or tell by
/// themselves how far they go.
public struct TableChanges: Sendable {
  /// A table whose changes are known.
  public enum Table: Int, CaseIterable, Sendable {
    /// Tasks, with their origins and details.
    case tasks
    /// Groups.
    case groups
    /// Timers.
    case timers
    /// Resources.
    case resources
    /// What the tasks of each site came to.
    case siteCounts
  }

  /// What is known of a table.
  fileprivate struct Known {
    /// The word of each block as it was last seen.
    var words: [UInt64] = []
    /// The epoch in which the slots were last asked for; 0: all of them have to be copied.
    var epoch: UInt64 = 0
  }

  private let memory: RegionMemory
  private var known = Table.allCases.map { _ in Known() }
  // The epoch of the pass; 0 if changes can't be known.
  private var epoch: UInt64 = 0

  /// Follows the tables of a region.
  public init(of memory: RegionMemory) {
    self.memory = memory
  }

  /// Begins a pass: the slots that are asked for from here on are to be copied after they were.
  ///
  /// Takes some tens of microseconds, and writes a word of the observers' page, in an epoch of
  /// which each block of slots is marked once more. Without the page (a region's file, a recording,
  /// an app that may not be written) every slot counts as changed.
  public mutating func beginPass() {
    epoch = unsafe memory.observers?.beginEpoch(of: memory.tables) ?? 0
  }

  /// The slots that may have changed since the pass before in which they were asked for.
  ///
  /// - Returns: Ranges in ascending order, of whole blocks of `TP_BLOCK` slots up to the last slot
  ///   that was ever used.
  public mutating func slots(of table: Table) -> [Range<Int>] {
    let (changes, end) = unsafe extent(of: table)
    guard let changes = unsafe changes, epoch != 0 else {
      known[table.rawValue] = Known()
      return end > 0 ? [0..<end] : []
    }
    let size = Int(TP_BLOCK)
    let blocks = (end + size - 1) / size
    var ranges: [Range<Int>] = []
    let since = known[table.rawValue].epoch
    unsafe known[table.rawValue].withWords(blocks) { words in
      var block: UInt32 = 0
      while true {
        block = unsafe tp_next_changed(changes, words, block, UInt32(blocks), since)
        if block == blocks { break }
        let slots = Int(block) * size..<min((Int(block) + 1) * size, end)
        if let last = ranges.last, last.upperBound == slots.lowerBound {
          ranges[ranges.count - 1] = last.lowerBound..<slots.upperBound
        } else {
          ranges.append(slots)
        }
        block += 1
      }
    }
    known[table.rawValue].epoch = epoch
    return ranges
  }

  // The words of a table's blocks, null if it has none, and how many slots are looked at.
  private func extent(of table: Table) -> (UnsafeMutablePointer<UInt64>?, Int) {
    let (tables, header) = unsafe (memory.tables, memory.header.pointee)
    let (changes, high, capacity) =
      switch table {
      case .tasks: unsafe (tables.task_changes, header.tasks.high, tables.task_capacity)
      case .groups: unsafe (tables.group_changes, header.groups.high, tables.group_capacity)
      case .timers: unsafe (tables.timer_changes, header.timers.high, tables.timer_capacity)
      case .resources:
        unsafe (tables.resource_changes, header.resources.high, tables.resource_capacity)
      case .siteCounts: unsafe (tables.site_changes, header.sites.used, tables.site_capacity)
      }
    return unsafe (changes, min(Int(min(high, capacity)), RegionReader.slotLimit))
  }
}

extension TableChanges.Known {
  /// The words of so many blocks: what was not looked at before has changed.
  fileprivate mutating func withWords(
    _ blocks: Int, _ body: (UnsafeMutablePointer<UInt64>) -> Void
  ) {
    if words.count > blocks { words.removeLast(words.count - blocks) }
    words += repeatElement(.max, count: blocks - words.count)
    unsafe words.withUnsafeMutableBufferPointer { words in
      if let start = words.baseAddress { unsafe body(start) }
    }
  }
}

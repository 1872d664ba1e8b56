import AsyncTopLinux
import CAsyncTopProbe

/// Slots of the tables that have changed since some moment: a byte for each.
@safe
final class ChangedSlots {
  private let memory: ReservedMemory
  // Where the bytes of each table begin.
  private let tables: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>>

  /// Nothing has changed yet.
  init(_ capacities: TableCapacities) throws(RecordingError) {
    var starts: [Int] = []
    var end = 0
    for table in TableKind.allCases {
      starts.append(end)
      end += (Int(capacities[table]) + 7) & ~7
    }
    do {
      memory = try ReservedMemory(size: max(4096, end))
    } catch {
      throw RecordingError(.noMemory, "there is no address space for the tables", cause: error)
    }
    let flags = unsafe memory.start.assumingMemoryBound(to: UInt8.self)
    unsafe tables = .allocate(capacity: starts.count)
    for (index, start) in starts.enumerated() {
      unsafe (tables + index).initialize(to: flags + start)
    }
  }

  deinit { unsafe tables.deallocate() }

  /// Takes note of a slot below the table's capacity.
  @inline(__always)
  func insert(_ slot: Int, of table: TableKind) {
    unsafe tables[Int(table.rawValue)][slot] = 1
  }

  /// The first slot from one on that has changed; `end` if there is none before it.
  func next(_ table: TableKind, from first: Int, to end: Int) -> Int {
    let bytes = unsafe tables[Int(table.rawValue)]
    var slot = first
    while slot < end {
      if slot & 7 == 0 {
        let word = unsafe UnsafeRawPointer(bytes + slot).load(as: UInt64.self)
        if word == 0 {
          slot += 8
          continue
        }
      }
      if unsafe bytes[slot] != 0 { return slot }
      slot += 1
    }
    return end
  }

  /// Forgets all.
  func removeAll() { memory.clear(0..<memory.size) }
}

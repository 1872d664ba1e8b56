import CAsyncTopProbe
import Synchronization

/// The timers of a snapshot: a few at once, many only when they are asked for.
///
/// A million of them take longer to copy than it takes to say how many there are, and one can be
/// found by its id, which names its slot.
final class TimerTable: Sendable {
  /// What they come to.
  let sums: TimerSums
  private let memory: RegionMemory
  private let copied: Mutex<ContiguousArray<TimerRecord>?>

  init(of memory: RegionMemory) {
    self.memory = memory
    let reader = RegionReader(memory: memory)
    sums = TimerSums(reader.timerSums())
    copied = Mutex(sums.count <= Snapshot.namedTasks ? reader.timers() : nil)
  }

  var records: ContiguousArray<TimerRecord> {
    copied.withLock { copied in
      if let copied { return copied }
      let timers = RegionReader(memory: memory).timers()
      copied = timers
      return timers
    }
  }

  /// The timer with this id; of many, as it is now.
  func timer(_ id: UInt64) -> TimerRecord? {
    guard sums.count <= Snapshot.namedTasks else { return RegionReader(memory: memory).timer(id) }
    let records = records
    return position(of: id).map { records[$0] }
  }

  /// The position of the timer with this id; they are in the order of slots, which ids end in.
  func position(of id: UInt64) -> Int? {
    let records = records
    let slot = UInt32(truncatingIfNeeded: id)
    var (low, high) = (0, records.count)
    while low < high {
      let middle = (low + high) / 2
      if UInt32(truncatingIfNeeded: records[middle].id) < slot {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low < records.count && records[low].id == id ? low : nil
  }
}

/// What pending timers come to.
public struct TimerSums: Sendable {
  private let copy: tp_timer_sums

  init(_ copy: tp_timer_sums) {
    self.copy = copy
  }

  /// How many there are.
  public var count: Int { Int(copy.pending) }
  /// The greatest id.
  public var greatestID: UInt64 { copy.greatest }
  /// The earliest deadline of the timers of loops, in nanoseconds of `CLOCK_MONOTONIC`; nil if
  /// there are none.
  public var earliestOfLoops: UInt64? { copy.earliest == .max ? nil : copy.earliest }
}

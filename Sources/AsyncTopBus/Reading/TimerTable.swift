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

  init(of memory: RegionMemory, _ sums: TimerSums) {
    self.memory = memory
    self.sums = sums
    let reader = RegionReader(memory: memory)
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
  fileprivate private(set) var copy: tp_timer_sums

  fileprivate init(_ copy: tp_timer_sums) {
    self.copy = copy
  }

  /// Those of no timers.
  static let none = {
    var copy = tp_timer_sums()
    copy.earliest = .max
    return TimerSums(copy)
  }()

  fileprivate mutating func add(_ other: tp_timer_sums) {
    copy.pending += other.pending
    copy.greatest = max(copy.greatest, other.greatest)
    copy.earliest = min(copy.earliest, other.earliest)
  }

  /// How many there are.
  public var count: Int { Int(copy.pending) }
  /// The greatest id.
  public var greatestID: UInt64 { copy.greatest }
  /// The earliest deadline of the timers of loops, in nanoseconds of `CLOCK_MONOTONIC`; nil if
  /// there are none.
  public var earliestOfLoops: UInt64? { copy.earliest == .max ? nil : copy.earliest }
}

/// Keeps what the timers of a session come to, by blocks of slots, of which those are looked at
/// again that have changed.
struct TimerFollower {
  private var blocks: ContiguousArray<tp_timer_sums> = []

  /// Takes the timers from a region.
  ///
  /// - Parameters:
  ///   - reader: The region.
  ///   - changed: The slots that may have changed since the last time, whole blocks; nil if that is
  ///     not known.
  /// - Returns: What all of them come to.
  mutating func update(from reader: RegionReader, changed: [Range<Int>]?) -> TimerSums {
    let filled = reader.timerSlots
    defer { filled.forEach(reader.releaseTimers) }
    guard let changed else {
      blocks = []
      return filled.reduce(into: .none) { $0.add(reader.timerSums(in: $1)) }
    }
    let block = Int(TP_BLOCK)
    let end = Int(filled.last?.upperBound ?? 0)
    let none = TimerSums.none.copy
    let looked = blocks.isEmpty ? [0..<end] : changed
    let count = (end + block - 1) / block
    blocks.removeLast(max(0, blocks.count - count))
    blocks += repeatElement(none, count: count - blocks.count)
    for slots in looked {
      for part in filled {
        let part = slots.clamped(to: Int(part.lowerBound)..<Int(part.upperBound))
        if part.isEmpty { continue }
        for number in part.lowerBound / block...(part.upperBound - 1) / block {
          let slots = number * block..<min((number + 1) * block, end)
          blocks[number] = reader.timerSums(in: UInt32(slots.lowerBound)..<UInt32(slots.upperBound))
        }
      }
    }
    return blocks.reduce(into: .none) { $0.add($1) }
  }
}

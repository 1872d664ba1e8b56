import CAsyncTopProbe

/// The tasks of a snapshot, in the order of their slots.
///
/// They are kept in chunks, each with what its tasks come to: who looks for the few tasks that run,
/// or were asked to stop, looks only where there are some. Copies share what is the same, and the
/// tables of a session that is followed are changed in place: see ``TaskFollower``.
public struct TaskTable: RandomAccessCollection, Sendable {
  /// The tasks of some slots in a row.
  @usableFromInline
  struct Chunk: Sendable {
    /// The tasks.
    @usableFromInline var tasks: ContiguousArray<TaskRecord>
    /// What they come to.
    var sums: TaskSums

    init(_ tasks: ContiguousArray<TaskRecord> = []) {
      self.tasks = tasks
      sums = TaskSums(tasks)
    }
  }

  /// The slots of a chunk; those of another session's tasks are in one of their own.
  static let chunkSlots = 1 << chunkBits
  @usableFromInline static let chunkBits = 12

  @usableFromInline private(set) var chunks: ContiguousArray<Chunk> = []
  /// The position of the first task of each chunk, and the number of all tasks.
  @usableFromInline private(set) var starts: ContiguousArray<Int32> = [0]

  /// No tasks.
  init() {}

  /// What all of them come to.
  public var sums: TaskSums {
    chunks.reduce(into: TaskSums()) { $0.add($1.sums) }
  }

  /// 0.
  public var startIndex: Int { 0 }
  /// The number of tasks.
  @inlinable public var endIndex: Int { Int(starts[chunks.count]) }

  /// The task at a position.
  @inlinable
  public subscript(position: Int) -> TaskRecord {
    let number = chunk(at: position)
    return chunks[number].tasks[position - Int(starts[number])]
  }

  /// The chunk in which a position is.
  @inlinable
  func chunk(at position: Int) -> Int {
    // Where no slot is free, a position is a slot.
    let guess = Swift.min(position >> Self.chunkBits, chunks.count - 1)
    if starts[guess] <= position && position < starts[guess + 1] { return guess }
    var (low, high) = (guess, chunks.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if starts[middle] <= position { low = middle } else { high = middle - 1 }
    }
    return low
  }

  /// The position of the task in a slot; nil if it has none.
  public func position(inSlot slot: Int) -> Int? {
    // Other sessions' slots come last.
    let number = Swift.min(slot >> Self.chunkBits, chunks.count - 1)
    guard number >= 0 else { return nil }
    let tasks = chunks[number].tasks
    var (low, high) = (0, tasks.count)
    while low < high {
      let middle = (low + high) / 2
      if tasks[middle].slot < slot { low = middle + 1 } else { high = middle }
    }
    return low < tasks.count && tasks[low].slot == slot ? Int(starts[number]) + low : nil
  }

  /// Walks the tasks.
  @inlinable
  public func makeIterator() -> Iterator { Iterator(self) }

  /// Walks the tasks.
  public struct Iterator: IteratorProtocol {
    @usableFromInline let table: TaskTable
    @usableFromInline var tasks: ContiguousArray<TaskRecord>
    @usableFromInline var position: Int
    @usableFromInline var chunk: Int

    @inlinable
    init(_ table: TaskTable) {
      self.table = table
      (tasks, position, chunk) = ([], 0, 0)
    }

    /// The next task.
    @inlinable
    public mutating func next() -> TaskRecord? {
      while position == tasks.count {
        guard chunk < table.chunks.count else { return nil }
        (tasks, position, chunk) = (table.chunks[chunk].tasks, 0, chunk + 1)
      }
      position += 1
      return tasks[position - 1]
    }
  }
}

extension TaskTable: RecordTable {
  /// Calls with the tasks at some positions.
  ///
  /// Faster than to walk them: none is copied.
  public func forEach(in positions: Range<Int>, _ body: (Int, TaskRecord) -> Void) {
    guard !positions.isEmpty else { return }
    var position = positions.lowerBound
    for number in chunk(at: position)..<chunks.count where position < positions.upperBound {
      let end = Swift.min(Int(starts[number + 1]), positions.upperBound)
      let tasks = chunks[number].tasks
      var offset = position - Int(starts[number])
      while position < end {
        body(position, tasks[offset])
        (position, offset) = (position + 1, offset + 1)
      }
    }
  }
}

extension TaskTable {
  /// The positions of the tasks that something holds for, if it may hold in their chunk.
  public func positions(
    inChunksWhere mayHold: (TaskSums) -> Bool, where holds: (TaskRecord) -> Bool
  ) -> [Int] {
    var found: [Int] = []
    for (number, chunk) in chunks.enumerated() where mayHold(chunk.sums) {
      let start = Int(starts[number])
      for (offset, task) in chunk.tasks.enumerated() where holds(task) {
        found.append(start + offset)
      }
    }
    return found
  }

  /// The position of the task with this id; nil if there is none.
  ///
  /// A pass over the chunks that may have it: for who asks once or twice.
  public func position(of id: UInt64) -> Int? {
    for (number, chunk) in chunks.enumerated() where chunk.sums.greatestID >= id {
      if let offset = chunk.tasks.firstIndex(where: { $0.id == id }) {
        return Int(starts[number]) + offset
      }
    }
    return nil
  }

  /// This table with tasks of another session's tables at its end.
  func appending(_ tasks: [TaskRecord]) -> TaskTable {
    var table = self
    table.chunks.append(Chunk(ContiguousArray(tasks)))
    table.count()
    return table
  }

  /// Counts the tasks anew.
  private mutating func count() {
    starts.removeAll(keepingCapacity: true)
    starts.append(0)
    var end: Int32 = 0
    for chunk in chunks {
      end += Int32(chunk.tasks.count)
      starts.append(end)
    }
  }

  /// Takes the tasks from a region.
  ///
  /// - Parameters:
  ///   - reader: The region.
  ///   - changed: The slots that may have changed since the last time.
  ///   - gone: Called with each task that was in its slot before and is not any more, and with the
  ///     position that it had.
  mutating func update(
    from reader: RegionReader, changed: [Range<Int>], gone: (TaskRecord, Int) -> Void
  ) {
    let filled = SlotRanges(reader.taskSlots.map { Int($0.lowerBound)..<Int($0.upperBound) })
    let end = (filled.end + Self.chunkSlots - 1) >> Self.chunkBits
    while chunks.count > end {
      let start = Int(starts[chunks.count - 1])
      for (offset, task) in chunks.removeLast().tasks.enumerated() { gone(task, start + offset) }
    }
    while chunks.count < end { chunks.append(Chunk()) }
    var scratch = ContiguousArray<TaskRecord>()
    var changes = SlotRanges(changed)
    var parts = filled
    for number in 0..<end {
      let slots = number << Self.chunkBits..<(number + 1) << Self.chunkBits
      let changed = changes.take(slots)
      let filled = parts.take(slots)
      if changed.isEmpty { continue }
      let start = number < starts.count ? Int(starts[number]) : 0
      chunks[number].update(changed, of: filled, from: reader, &scratch) { gone($0, start + $1) }
      reader.release(UInt32(slots.lowerBound)..<UInt32(slots.upperBound))
    }
    count()
  }
}

/// Ranges of slots in ascending order, that are taken part by part.
private struct SlotRanges {
  private let ranges: [Range<Int>]
  private var next = 0

  init(_ ranges: [Range<Int>]) {
    self.ranges = ranges
  }

  var end: Int { ranges.last?.upperBound ?? 0 }

  /// What lies in a part, which comes after those that were asked for before.
  mutating func take(_ part: Range<Int>) -> [Range<UInt32>] {
    while next < ranges.count, ranges[next].upperBound <= part.lowerBound { next += 1 }
    return ranges[next...].prefix { $0.lowerBound < part.upperBound }.map {
      let slots = $0.clamped(to: part)
      return UInt32(slots.lowerBound)..<UInt32(slots.upperBound)
    }
  }
}

extension TaskTable.Chunk {
  /// Copies the tasks of the slots that have changed again, in place, if they are those that were
  /// there; else all tasks anew, to be compared.
  fileprivate mutating func update(
    _ changed: [Range<UInt32>], of filled: [Range<UInt32>], from reader: RegionReader,
    _ scratch: inout ContiguousArray<TaskRecord>, gone: (TaskRecord, Int) -> Void
  ) {
    var hold = true
    // What memory was never given to is not looked at: see RegionMemory.filledSlots.
    let changed = changed.flatMap { slots in
      filled.map { $0.clamped(to: slots) }.filter { !$0.isEmpty }
    }
    for slots in changed {
      let (_, next) = reader.copyAgain(
        slots, into: &tasks, from: position(ofSlot: slots.lowerBound), &sums.copy, &hold)
      if next < slots.upperBound {
        scratch.removeAll(keepingCapacity: true)
        for part in filled { reader.copy(part, to: &scratch) }
        tellGone(now: scratch, gone)
        tasks.replaceSubrange(0..., with: scratch)
        hold = false
        break
      }
    }
    if !hold { sums = TaskSums(tasks) }
  }

  /// The position of the first task in a slot or after it.
  private func position(ofSlot slot: UInt32) -> Int {
    if tasks.count == TaskTable.chunkSlots { return Int(slot) & (TaskTable.chunkSlots - 1) }
    var (low, high) = (0, tasks.count)
    while low < high {
      let middle = (low + high) / 2
      if tasks[middle].slot < Int(slot) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Both are in the order of slots.
  private func tellGone(
    now: ContiguousArray<TaskRecord>, _ gone: (TaskRecord, Int) -> Void
  ) {
    var next = 0
    for (position, task) in tasks.enumerated() {
      while next < now.count, now[next].slot < task.slot { next += 1 }
      let isThere = next < now.count && now[next].slot == task.slot && now[next].id == task.id
      if !isThere { gone(task, position) }
    }
  }
}

/// What tasks come to: how many are in which state, and the extremes.
public struct TaskSums: Sendable {
  fileprivate var copy: tp_task_sums

  /// Those of no tasks.
  init() {
    copy = tp_task_sums()
    copy.oldest_ready = .max
  }

  fileprivate init(_ tasks: ContiguousArray<TaskRecord>) {
    self.init()
    unsafe tasks.withUnsafeBufferPointer { tasks in
      guard let start = tasks.baseAddress else { return }
      // A record is nothing but the copy.
      unsafe start.withMemoryRebound(to: tp_task_copy.self, capacity: tasks.count) {
        unsafe tp_sum_tasks($0, UInt32(tasks.count), &copy)
      }
    }
  }

  fileprivate mutating func add(_ other: TaskSums) {
    copy.states.0 += other.copy.states.0
    copy.states.1 += other.copy.states.1
    copy.states.2 += other.copy.states.2
    copy.states.3 += other.copy.states.3
    copy.states.4 += other.copy.states.4
    copy.cancelled += other.copy.cancelled
    copy.awaited += other.copy.awaited
    copy.listed += other.copy.listed
    copy.greatest = max(copy.greatest, other.copy.greatest)
    copy.oldest_ready = min(copy.oldest_ready, other.copy.oldest_ready)
    copy.longest = max(copy.longest, other.copy.longest)
  }

  /// The tasks in a state.
  public subscript(state: TaskState) -> Int {
    switch state {
    case .ended: Int(copy.states.0)
    case .created: Int(copy.states.1)
    case .scheduled: Int(copy.states.2)
    case .running: Int(copy.states.3)
    case .waiting: Int(copy.states.4)
    }
  }
  /// All tasks.
  public var total: Int { Int(copy.listed) }
  /// Those that were asked to stop and have not ended.
  public var cancelled: Int { Int(copy.cancelled) }
  /// Those that are awaited together with others.
  public var awaited: Int { Int(copy.awaited) }
  /// The greatest id.
  public var greatestID: UInt64 { copy.greatest }
  /// Since when the task is scheduled that is it longest, in ticks; nil if none is scheduled.
  public var oldestReady: UInt64? { copy.oldest_ready == .max ? nil : copy.oldest_ready }
  /// The length of the longest poll of any, in ticks.
  public var longestPoll: UInt64 { copy.longest }
}

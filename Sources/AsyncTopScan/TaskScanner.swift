import AsyncTopLinux

/// Finds the tasks of a process, pass by pass: each looks again at those that are known, and goes
/// on looking for others where the pass before stopped.
struct TaskScanner<Memory: ScannedMemory> {
  /// What a pass found.
  struct Pass: Sendable {
    /// The tasks that are there and have not ended, by address, without those of the runtime's own.
    var tasks: [ScannedTask] = []
    /// Tasks with which the runtime ends sleeps: each is a sleep that goes on.
    var wakeUps = 0
    /// Addresses of known tasks that could not be read just now.
    var unreadable: Set<UInt64> = []
  }

  private var heap: HeapScan
  private var parser: TaskParser<Memory>
  private var known: [UInt64] = []

  /// What has been looked through.
  var coverage: ScanCoverage { heap.coverage }
  /// Bytes that the latest pass read.
  var bytesRead: Int { parser.pages.bytesRead + Int(clamping: heap.coverage.bytes) }

  /// Prepares to scan.
  ///
  /// - Parameters:
  ///   - pages: The process's memory.
  ///   - layout: How its tasks lie there.
  ///   - metadata: The first word of each task.
  /// - Throws: `noMemory`.
  init(
    _ pages: MemoryPages<Memory>, layout: RuntimeLayout, metadata: UInt64
  ) throws(Errno) {
    heap = try HeapScan()
    parser = TaskParser(pages, layout, metadata: metadata)
  }

  /// Looks once.
  ///
  /// - Parameter deadline: Until when other tasks are looked for, in nanoseconds of the monotonic
  ///   clock; known ones are all looked at.
  /// - Returns: What was found.
  /// - Throws: Why the memory can't be read.
  mutating func pass(until deadline: UInt64) throws(Errno) -> Pass {
    try parser.pages.begin()
    let found = try heap.find([parser.metadata], in: parser.pages, until: deadline)
    var candidates = found + known
    candidates.sort()
    var pass = Pass()
    var last: UInt64 = 0
    var read: [(task: ScannedTask, image: TaskParser<Memory>.Image)] = []
    read.reserveCapacity(TaskParser<Memory>.batch)
    var wakeUps: [UInt64] = []
    func confirm() {
      for task in parser.confirm(read) {
        if task.isWakeUp { wakeUps.append(task.address) } else { pass.tasks.append(task) }
      }
      read.removeAll(keepingCapacity: true)
    }
    for address in candidates where address != last {
      last = address
      let (finding, image) = parser.task(at: address)
      switch finding {
      case .task(let task): read.append((task, image))
      case .unreadable: if parser.pages.area(of: address) != nil { pass.unreadable.insert(address) }
      case .nothing: break
      }
      if read.count == TaskParser<Memory>.batch { confirm() }
    }
    confirm()
    pass.tasks = Self.distinct(pass.tasks)
    pass.unreadable.formIntersection(known)
    pass.wakeUps = wakeUps.count
    known = pass.tasks.map(\.address) + wakeUps + pass.unreadable
    return pass
  }

  /// Two things with one id are a task and a copy of its memory: what others point to is the task.
  private static func distinct(_ tasks: [ScannedTask]) -> [ScannedTask] {
    var positions: [UInt64: Int] = [:]
    positions.reserveCapacity(tasks.count)
    var hasCopies = false
    for (position, task) in tasks.enumerated() {
      guard let other = positions[task.id] else {
        positions[task.id] = position
        continue
      }
      hasCopies = true
      if tasks[other].wait == .none && task.wait != .none { positions[task.id] = position }
    }
    guard hasCopies else { return tasks }
    return positions.values.sorted().map { tasks[$0] }
  }
}

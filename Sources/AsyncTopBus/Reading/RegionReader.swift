import CAsyncTopProbe

/// Copies the tables out of a region, trusting nothing in them but the layout, which was checked.
struct RegionReader {
  let memory: RegionMemory

  private var header: tp_header { unsafe memory.header.pointee }

  /// How many slots of a table are looked at: more would be gigabytes of records.
  ///
  /// Tasks beyond are among the losses.
  static let slotLimit = 1 << 22
  /// How many modules are looked at; a process that the probe lists has at most 256.
  static let moduleLimit: UInt32 = 4_096

  /// The slots in use: what the region says, but not more than it has.
  private func end(_ table: tp_table, _ capacity: UInt32) -> Int {
    Int(min(table.high, capacity))
  }

  /// The slots of a table that may hold anything: up to the limit, and those beyond.
  private func slots<Slot>(
    _ table: UnsafeMutablePointer<Slot>, end: Int
  ) -> (parts: [Range<UInt32>], beyond: [Range<UInt32>]) {
    var room = Self.slotLimit
    var (parts, beyond): ([Range<UInt32>], [Range<UInt32>]) = ([], [])
    let stride = MemoryLayout<Slot>.stride
    for part in unsafe memory.filledSlots(of: table, stride: stride, end: end) {
      let (first, end) = (UInt32(part.lowerBound), UInt32(part.upperBound))
      let middle = first + UInt32(min(part.count, room))
      room -= Int(middle - first)
      if first < middle { parts.append(first..<middle) }
      if middle < end { beyond.append(middle..<end) }
    }
    return (parts, beyond)
  }

  /// The slots of tasks that are looked at.
  var taskSlots: [Range<UInt32>] {
    let end = unsafe end(header.tasks, memory.tables.task_capacity)
    return unsafe slots(memory.tables.tasks, end: end).parts
  }

  /// Whether there are slots beyond those that a table has if all of them are used.
  var isSparse: Bool {
    let header = header
    return unsafe max(
      end(header.tasks, memory.tables.task_capacity),
      end(header.timers, memory.tables.timer_capacity)) > Self.slotLimit
  }

  /// Copies the tasks of slots to the end of others.
  func copy(_ slots: Range<UInt32>, to tasks: inout ContiguousArray<TaskRecord>) {
    var tables = unsafe memory.tables
    let copies = unsafe ContiguousArray<TaskRecord>(
      unsafeUninitializedCapacity: slots.count
    ) { buffer, count in
      guard let start = buffer.baseAddress else { return }
      // A record is nothing but the copy.
      unsafe start.withMemoryRebound(to: tp_task_copy.self, capacity: slots.count) {
        count = Int(
          unsafe tp_copy_tasks(
            &tables, slots.lowerBound, slots.upperBound, $0, UInt32(slots.count)))
      }
    }
    tasks += copies
  }

  /// Copies tasks of slots again, in place, as long as they are those that were copied before.
  ///
  /// - Parameters:
  ///   - slots: The slots.
  ///   - tasks: What was copied before.
  ///   - first: Where the first task of these slots is there.
  ///   - sums: What they come to.
  ///   - hold: False afterwards if that has to be found anew.
  /// - Returns: How many were copied, and the slot at which there is another task, or none any
  ///   more; the end of the slots if there is no such slot.
  func copyAgain(
    _ slots: Range<UInt32>, into tasks: inout ContiguousArray<TaskRecord>, from first: Int,
    _ sums: inout tp_task_sums, _ hold: inout Bool
  ) -> (count: Int, next: UInt32) {
    var tables = unsafe memory.tables
    var next = slots.lowerBound
    let count = unsafe tasks.withUnsafeMutableBufferPointer { buffer in
      let room = buffer.count - first
      // Of no tasks there is nothing to be copied again.
      guard room > 0, let start = buffer.baseAddress else { return UInt32(0) }
      return unsafe (start + first).withMemoryRebound(to: tp_task_copy.self, capacity: room) {
        unsafe tp_copy_tasks_again(
          &tables, slots.lowerBound, slots.upperBound, $0, UInt32(room), &sums, &hold, &next)
      }
    }
    return (Int(count), next)
  }

  /// The task with this id; nil if it is not listed.
  func task(_ id: UInt64) -> TaskRecord? {
    var tables = unsafe memory.tables
    for slot in taskSlots.joined() where unsafe tp_load(&tables.tasks[Int(slot)].id) == id {
      var copy = tp_task_copy()
      if unsafe tp_copy_task(&tables, slot, &copy), copy.task.id == id {
        return TaskRecord(copy: copy)
      }
    }
    return nil
  }

  /// When a task that is listed changed last, in ticks; 0 if none is.
  func lastChange() -> UInt64 {
    var tables = unsafe memory.tables
    return taskSlots.reduce(0) {
      max($0, unsafe tp_last_change(&tables, $1.lowerBound, $1.upperBound))
    }
  }

  /// Gives back the memory that reading the tasks of these slots took, if it is much.
  func release(_ slots: Range<UInt32>) {
    guard unsafe min(header.tasks.high, memory.tables.task_capacity) > Self.manySlots else {
      return
    }
    let first = Int(slots.lowerBound)
    unsafe memory.release(memory.tables.tasks + first, count: slots.count)
    unsafe memory.release(memory.tables.origins + first, count: slots.count)
  }

  /// Of more slots than this, what was read is given back.
  private static let manySlots = 1 << 17

  private func records<Slot, Record>(
    _ table: UnsafeMutablePointer<Slot>, end: Int, as _: Record.Type
  ) -> ContiguousArray<Record> {
    let size = MemoryLayout<Slot>.stride
    precondition(MemoryLayout<Record>.stride == size)
    let parts = unsafe slots(table, end: end).parts
    let room = parts.reduce(0) { $0 + $1.count }
    return unsafe ContiguousArray(unsafeUninitializedCapacity: room) { buffer, count in
      guard let start = buffer.baseAddress else { return }
      for part in parts {
        let copied = unsafe tp_copy_slots(
          table + Int(part.lowerBound), size, 0, UInt32(part.count), start + count,
          UInt32(part.count))
        count += Int(copied)
      }
    }
  }

  func groups() -> ContiguousArray<GroupRecord> {
    let stride = MemoryLayout<tp_group>.stride
    let end = unsafe end(header.groups, memory.tables.group_capacity)
    var groups = ContiguousArray<GroupRecord>()
    for slot in unsafe slots(memory.tables.groups, end: end).parts.joined() {
      var copy = tp_group()
      let count = unsafe tp_copy_slots(memory.tables.groups + Int(slot), stride, 0, 1, &copy, 1)
      if count == 1 { groups.append(GroupRecord(copy: copy, slot: Int(slot))) }
    }
    return groups
  }

  /// The slots of timers that are looked at.
  var timerSlots: [Range<UInt32>] {
    let end = unsafe end(header.timers, memory.tables.timer_capacity)
    return unsafe slots(memory.tables.timers, end: end).parts
  }

  /// What the timers in some slots come to.
  func timerSums(in slots: Range<UInt32>) -> tp_timer_sums {
    var tables = unsafe memory.tables
    var sums = tp_timer_sums()
    sums.earliest = .max
    unsafe tp_sum_timers(&tables, slots.lowerBound, slots.upperBound, &sums)
    return sums
  }

  /// Gives back the memory that reading the timers of these slots took, if it is much.
  func releaseTimers(_ slots: Range<UInt32>) {
    guard unsafe min(header.timers.high, memory.tables.timer_capacity) > Self.manySlots else {
      return
    }
    unsafe memory.release(memory.tables.timers + Int(slots.lowerBound), count: slots.count)
  }

  /// The timer with this id, which says its slot; nil if it is not pending.
  func timer(_ id: UInt64) -> TimerRecord? {
    let slot = UInt32(truncatingIfNeeded: id)
    let end = unsafe end(header.timers, memory.tables.timer_capacity)
    guard slot < min(end, Self.slotLimit) else { return nil }
    var copy = tp_timer()
    let count = unsafe tp_copy_slots(
      memory.tables.timers + Int(slot), MemoryLayout<tp_timer>.stride, 0, 1, &copy, 1)
    return count == 1 && copy.id == id ? TimerRecord(copy: copy) : nil
  }

  func timers() -> ContiguousArray<TimerRecord> {
    unsafe records(
      memory.tables.timers, end: end(header.timers, memory.tables.timer_capacity),
      as: TimerRecord.self)
  }

  func resources() -> ContiguousArray<ResourceRecord> {
    unsafe records(
      memory.tables.resources, end: end(header.resources, memory.tables.resource_capacity),
      as: ResourceRecord.self)
  }

  func loops() -> [LoopRecord] {
    unsafe Array(
      records(
        memory.tables.loops, end: end(header.loops, memory.tables.loop_capacity),
        as: LoopRecord.self))
  }

  func workers() -> [WorkerRecord] {
    let count = unsafe Int(min(header.worker_high, memory.tables.worker_capacity))
    return (0..<count).compactMap { index in
      let worker = unsafe memory.tables.workers[index]
      return worker.state == TP_WORKER_FREE.rawValue
        ? nil : WorkerRecord(index: index, copy: worker)
    }
  }

  func losses(events: UInt64) -> Losses {
    let header = header
    var losses = Losses()
    losses.tasks = header.tasks.unlisted +| UInt64(tasksBeyondLimit)
    losses.groups = header.groups.unlisted
    losses.timers = header.timers.unlisted
    losses.resources = header.resources.unlisted
    losses.threads = header.lost_threads
    losses.events = events
    return losses
  }

  private var tasksBeyondLimit: Int {
    let end = unsafe end(header.tasks, memory.tables.task_capacity)
    guard end > Self.slotLimit else { return 0 }
    let slots = unsafe slots(memory.tables.tasks, end: end).beyond.joined()
    return slots.count { unsafe memory.tables.tasks[Int($0)].state != TP_TASK_FREE.rawValue }
  }

  func process(ending: SessionEnding?) -> ProcessRecord {
    let header = header
    return ProcessRecord(
      id: memory.process?.id ?? Int32(truncatingIfNeeded: header.pid),
      executable: string(header.executable),
      command: string(header.command), started: header.start_realtime,
      nativeDetail: NativeDetail(rawValue: header.native_status) ?? .unknownLayout,
      layoutVersion: header.swift_layout_version, taskSize: header.swift_task_size,
      otherCopies: header.other_copies, ending: ending)
  }

  /// Nil if the slot is another task's by now.
  func name(of task: TaskRecord) -> tp_name? { detail(of: task)?.name }

  /// Nil if the slot is another task's by now.
  func detail(of task: TaskRecord) -> tp_task_detail? {
    guard unsafe task.slot < Int(memory.tables.task_capacity) else { return nil }
    let detail = unsafe memory.tables.details[task.slot]
    return unsafe tp_load_again(&memory.tables.tasks[task.slot].id) == task.id ? detail : nil
  }

  func counts(of site: UInt32) -> SiteCounts? {
    let capacity = unsafe memory.tables.site_capacity
    guard site > 0, site < capacity else { return nil }
    var tables = unsafe memory.tables
    return unsafe SiteCounts(copy: tp_counts_of_site(&tables, site))
  }

  func ending(of task: TaskRecord) -> TaskEnding? {
    guard unsafe task.slot < Int(memory.tables.task_capacity) else { return nil }
    let now = unsafe memory.tables.tasks[task.slot]
    let flags = unsafe TaskFlags(rawValue: memory.tables.origins[task.slot].flags)
    guard now.id == task.id, now.state == TP_TASK_FREE.rawValue,
      unsafe tp_load_again(&memory.tables.tasks[task.slot].id) == task.id
    else { return nil }
    return TaskEnding(
      outcome: TaskOutcome(rawValue: now.outcome) ?? .unknown, at: now.since,
      wasCancelled: flags.contains(.cancelled))
  }

  func string(_ offset: UInt32) -> String {
    let capacity = unsafe memory.tables.string_capacity
    guard offset > 0, offset < capacity else { return "" }
    let limit = min(Int(capacity - offset), 4096)
    let bytes = unsafe UnsafeRawBufferPointer(
      start: memory.tables.strings + Int(offset), count: limit)
    return unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }

  func site(_ number: UInt32) -> Site? {
    let capacity = unsafe memory.tables.site_capacity
    guard number > 0, number < capacity else { return nil }
    let entry = unsafe memory.tables.sites + Int(number)
    guard unsafe tp_load32_acquire(&entry.pointee.kind) != 0 else { return nil }
    let site = unsafe entry.pointee
    let frames = [site.frames.0, site.frames.1, site.frames.2, site.frames.3]
    switch tp_site_kind(site.kind) {
    case TP_SITE_SOURCE:
      return .source(file: string(site.file), line: site.line, function: string(site.function))
    case TP_SITE_CODE:
      return .code(stack: frames[..<3].filter { $0 != 0 }, body: frames[3])
    case TP_SITE_RESUME:
      return .resume(frames.filter { $0 != 0 })
    case TP_SITE_TYPE:
      return .type(string(site.function))
    default:
      return nil
    }
  }

  func stack(_ number: UInt32) -> Backtrace? {
    let capacity = unsafe memory.tables.stack_capacity
    guard number > 0, number < capacity else { return nil }
    let stack = unsafe memory.tables.stacks + Int(number)
    let count = unsafe tp_load32_acquire(&stack.pointee.count)
    guard (1...TP_STACK_FRAMES).contains(count), tp_stack_size(count) <= capacity - number else {
      return nil
    }
    let frames = unsafe UnsafeBufferPointer(start: tp_stack_frames(stack), count: Int(count))
    return unsafe Backtrace(frames: Array(frames), isCut: stack.pointee.is_cut != 0)
  }

  func modules() -> [ModuleRecord] {
    let used = unsafe min(header.modules.used, memory.tables.module_capacity, Self.moduleLimit)
    return (0..<Int(used)).compactMap { index in
      let module = unsafe memory.tables.modules[index]
      guard module.start < module.end else { return nil }
      return ModuleRecord(
        bias: module.bias, range: module.start..<module.end, path: string(module.path),
        buildID: Self.buildID(of: module))
    }
  }

  private static func buildID(of module: tp_module) -> [UInt8] {
    unsafe withUnsafeBytes(of: module.build_id) { bytes in
      unsafe Array(bytes.prefix(Int(module.build_id_size)))
    }
  }
}

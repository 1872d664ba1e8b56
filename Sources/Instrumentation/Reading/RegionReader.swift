import CTaskProbe

/// Copies the tables out of a region, trusting nothing in them but the layout, which was checked.
struct RegionReader {
  let memory: RegionMemory

  private var header: tp_header { unsafe memory.header.pointee }

  /// The slots in use: what the region says, but not more than it has.
  private func end(_ table: tp_table, _ capacity: UInt32) -> Int {
    Int(min(table.high, capacity))
  }

  func tasks() -> ContiguousArray<TaskRecord> {
    let end = unsafe end(header.tasks, memory.tables.task_capacity)
    return unsafe ContiguousArray(unsafeUninitializedCapacity: end) { buffer, count in
      guard let start = buffer.baseAddress else { return }
      var tables = unsafe memory.tables
      // A record is nothing but the copy.
      count = unsafe start.withMemoryRebound(to: tp_task_copy.self, capacity: end) { copies in
        unsafe Int(tp_copy_tasks(&tables, 0, UInt32(end), copies, UInt32(end)))
      }
    }
  }

  private func slots<Record>(
    _ table: UnsafeRawPointer, _ size: Int, idOffset: Int, end: Int, as _: Record.Type
  ) -> ContiguousArray<Record> {
    precondition(MemoryLayout<Record>.stride == size)
    return unsafe ContiguousArray(unsafeUninitializedCapacity: end) { buffer, count in
      guard let start = buffer.baseAddress else { return }
      count = unsafe Int(
        tp_copy_slots(table, size, idOffset, UInt32(end), start, UInt32(end)))
    }
  }

  func groups() -> ContiguousArray<GroupRecord> {
    let stride = MemoryLayout<tp_group>.stride
    var groups = ContiguousArray<GroupRecord>()
    for slot in unsafe 0..<end(header.groups, memory.tables.group_capacity) {
      var copy = tp_group()
      let count = unsafe tp_copy_slots(memory.tables.groups + slot, stride, 0, 1, &copy, 1)
      if count == 1 { groups.append(GroupRecord(copy: copy, slot: slot)) }
    }
    return groups
  }

  func timers() -> ContiguousArray<TimerRecord> {
    unsafe slots(
      memory.tables.timers, MemoryLayout<tp_timer>.stride, idOffset: 0,
      end: end(header.timers, memory.tables.timer_capacity), as: TimerRecord.self)
  }

  func resources() -> ContiguousArray<ResourceRecord> {
    unsafe slots(
      memory.tables.resources, MemoryLayout<tp_resource>.stride, idOffset: 0,
      end: end(header.resources, memory.tables.resource_capacity), as: ResourceRecord.self)
  }

  func loops() -> [LoopRecord] {
    unsafe Array(
      slots(
        memory.tables.loops, MemoryLayout<tp_loop>.stride, idOffset: 0,
        end: end(header.loops, memory.tables.loop_capacity), as: LoopRecord.self))
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
    losses.tasks = header.tasks.unlisted
    losses.groups = header.groups.unlisted
    losses.timers = header.timers.unlisted
    losses.resources = header.resources.unlisted
    losses.threads = header.lost_threads
    losses.events = events
    return losses
  }

  func process(ending: SessionEnding?) -> ProcessRecord {
    let header = header
    return ProcessRecord(
      id: memory.process?.id ?? Int32(truncatingIfNeeded: header.pid),
      executable: string(header.executable),
      command: string(header.command), started: header.start_realtime,
      nativeDetail: NativeDetail(rawValue: header.native_status) ?? .unknownLayout,
      layoutVersion: header.swift_layout_version, taskSize: header.swift_task_size,
      ending: ending)
  }

  /// Nil if the slot is another task's by now.
  func name(of task: TaskRecord) -> tp_name? { detail(of: task)?.name }

  /// Nil if the slot is another task's by now.
  func detail(of task: TaskRecord) -> tp_task_detail? {
    guard unsafe task.slot < Int(memory.tables.task_capacity) else { return nil }
    let detail = unsafe memory.tables.details[task.slot]
    return unsafe tp_load(&memory.tables.tasks[task.slot].id) == task.id ? detail : nil
  }

  func counts(of site: UInt32) -> SiteCounts? {
    let capacity = unsafe memory.tables.site_capacity
    guard site > 0, site < capacity else { return nil }
    return unsafe SiteCounts(copy: memory.tables.site_counts[Int(site)])
  }

  func ending(of task: TaskRecord) -> TaskEnding? {
    guard unsafe task.slot < Int(memory.tables.task_capacity) else { return nil }
    let now = unsafe memory.tables.tasks[task.slot]
    let flags = unsafe TaskFlags(rawValue: memory.tables.origins[task.slot].flags)
    guard now.id == task.id, now.state == TP_TASK_FREE.rawValue,
      unsafe tp_load(&memory.tables.tasks[task.slot].id) == task.id
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
    let site = unsafe memory.tables.sites[Int(number)]
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

  func modules() -> [ModuleRecord] {
    let used = unsafe min(header.modules.used, memory.tables.module_capacity)
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

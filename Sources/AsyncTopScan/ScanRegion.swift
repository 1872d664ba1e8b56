import AsyncTopBus
import AsyncTopLinux
import CAsyncTopProbe

/// The tables that a scan fills, for the views: a region of the observer's own, without rings.
///
/// What can't be known is 0 in it, and its header says that it comes from a scan.
@safe
final class ScanRegion {
  private static let taskCapacity: UInt32 = 1 << 21

  /// As the views read it.
  let memory: RegionMemory
  private let tables: tp_region
  private var header: UnsafeMutablePointer<tp_header> { unsafe tables.header }
  private var taskSlots: SlotTable<UInt64>
  private var groupSlots: SlotTable<GroupKey>
  private var stacks: [[UInt64]: UInt16] = [:]
  private var types: [String: UInt32] = [:]
  /// The ids of the tasks that are listed, by their addresses.
  private var ids: [UInt64: UInt64] = [:]

  /// A group at an address, as long as the same task has one there.
  private struct GroupKey: Hashable {
    let address: UInt64
    let owner: UInt64
  }

  /// Lays out the tables.
  ///
  /// - Parameters:
  ///   - process: The process.
  ///   - executable: Its path.
  ///   - age: How long it runs, in nanoseconds.
  ///   - runtime: Its Swift runtime.
  /// - Throws: `noMemory`.
  init(
    of process: Int32, executable: String, age: UInt64, runtime: SwiftRuntime
  ) throws(Errno) {
    var layout = tp_header()
    unsafe tp_lay_out(&layout, Self.taskCapacity, 0)
    let now = SystemClock.monotonic
    layout.pid = UInt32(bitPattern: process)
    layout.state = TP_REGION_LIVE.rawValue
    layout.clock_kind = TP_CLOCK_MONOTONIC.rawValue
    layout.native_status = TP_NATIVE_SCANNED.rawValue
    layout.start_monotonic = now -| age
    layout.start_ticks = layout.start_monotonic
    layout.anchor_ticks = now
    layout.anchor_monotonic = now
    layout.start_realtime = SystemClock.realtime -| age
    layout.swift_layout_version = runtime.layout.version
    layout.swift_task_size = UInt32(clamping: runtime.layout.taskSize)
    layout.observers = -1
    let reserved = try ReservedMemory(size: Int(layout.region_size))
    unsafe reserved.start.storeBytes(of: layout, as: tp_header.self)
    unsafe tables = unsafe tp_tables_of(reserved.start, &layout)
    memory = unsafe RegionMemory(tables: tables, keeping: reserved)
    unsafe taskSlots = SlotTable(capacity: tables.task_capacity)
    unsafe groupSlots = SlotTable(capacity: tables.group_capacity)
    unsafe header.pointee.executable = append(Array(executable.utf8))
  }

  /// The clock that its moments are told by.
  var clock: SessionClock {
    let header = unsafe header.pointee
    return SessionClock(
      start: .init(ticks: header.start_ticks, nanoseconds: header.start_monotonic),
      anchor: .init(ticks: header.anchor_ticks, nanoseconds: header.anchor_monotonic),
      startRealtime: header.start_realtime)
  }

  /// Makes the tables say what a pass found.
  ///
  /// - Parameters:
  ///   - tasks: The tasks that are there.
  ///   - kept: The addresses of known tasks of which nothing new is known.
  ///   - now: The moment.
  func update(_ tasks: [ScannedTask], keeping kept: Set<UInt64>, at now: UInt64) {
    let earlier = ids
    ids = Dictionary(tasks.map { ($0.address, $0.id) }) { first, _ in first }
    for address in kept { ids[address] = ids[address] ?? earlier[address] }
    taskSlots.beginRound()
    groupSlots.beginRound()
    let groups = update(groupsOf: tasks, at: now)
    var unlisted: UInt64 = 0
    for task in tasks {
      guard let (slot, isNew) = taskSlots.take(task.id) else {
        unlisted += 1
        continue
      }
      if isNew { begin(task, in: slot, at: now) }
      write(task, to: slot, groups, at: now)
    }
    for address in kept {
      if let id = ids[address] { _ = taskSlots.take(id) }
    }
    for slot in taskSlots.endRound() {
      unsafe tables.tasks[slot].outcome = UInt8(TP_OUTCOME_UNKNOWN.rawValue)
      unsafe tables.tasks[slot].since = now
      unsafe tables.tasks[slot].state = UInt8(TP_TASK_FREE.rawValue)
    }
    for slot in groupSlots.endRound() { unsafe tables.groups[slot].id = 0 }
    unsafe header.pointee.tasks.high = taskSlots.high
    unsafe header.pointee.groups.high = groupSlots.high
    unsafe header.pointee.tasks.unlisted = unlisted
  }

  // MARK: Tasks

  private func begin(_ task: ScannedTask, in slot: Int, at now: UInt64) {
    var entry = tp_task()
    entry.id = task.id
    entry.since = now
    entry.worker = UInt16(TP_NO_WORKER)
    unsafe tables.tasks[slot] = entry
    var origin = tp_task_origin()
    origin.created = now
    unsafe tables.origins[slot] = origin
    var detail = tp_task_detail()
    detail.name = tp_name(task.name)
    unsafe tables.details[slot] = detail
  }

  private func write(
    _ task: ScannedTask, to slot: Int, _ groups: [UInt64: Int], at now: UInt64
  ) {
    var entry = unsafe tables.tasks[slot]
    entry.state = UInt8(state(of: task).rawValue)
    entry.wait_kind = UInt8(TP_WAIT_NONE.rawValue)
    entry.wait_target = 0
    entry.wait_type = 0
    set(wait: task, &entry, groups)
    entry.stack = stack(task.backtrace)
    let before = unsafe tables.tasks[slot]
    let isSame =
      (before.state, before.wait_kind, before.wait_target, before.stack)
      == (entry.state, entry.wait_kind, entry.wait_target, entry.stack)
    if !isSame { entry.since = now }
    unsafe tables.tasks[slot] = entry
    unsafe tables.origins[slot].parent = ids[task.parent] ?? 0
    unsafe tables.origins[slot].group = groups[task.group].map { UInt32($0) + 1 } ?? 0
    unsafe tables.origins[slot].priority = task.priority
    unsafe tables.origins[slot].flags = flags(of: task).rawValue
  }

  private func state(of task: ScannedTask) -> tp_task_state {
    switch task.state {
    case .created: TP_TASK_CREATED
    case .scheduled: TP_TASK_SCHEDULED
    case .running: TP_TASK_RUNNING
    case .waiting: TP_TASK_WAITING
    }
  }

  private func flags(of task: ScannedTask) -> TaskFlags {
    var flags: TaskFlags = [.adopted]
    if task.isChild { flags.insert(.child) }
    if task.group != 0 { flags.insert(.groupChild) }
    if task.isAsyncLet { flags.insert(.asyncLet) }
    if task.isCancelled { flags.insert(.cancelled) }
    return flags
  }

  private func set(
    wait task: ScannedTask, _ entry: inout tp_task, _ groups: [UInt64: Int]
  ) {
    func wait(_ kind: tp_wait, _ target: UInt64) {
      entry.wait_kind = UInt8(kind.rawValue)
      entry.wait_target = target
    }
    switch task.wait {
    case .none: if task.state == .waiting { wait(TP_WAIT_UNKNOWN, 0) }
    case .task(let address):
      if let id = ids[address] { wait(TP_WAIT_TASK, id) } else { wait(TP_WAIT_UNKNOWN, 0) }
    case .continuation(let address): wait(TP_WAIT_CONTINUATION, address)
    case .group(let address):
      wait(TP_WAIT_GROUP, groups[address].map { unsafe tables.groups[$0].id } ?? 0)
    case .executor(let address, let name):
      wait(TP_WAIT_EXECUTOR, address)
      entry.wait_type = UInt16(clamping: site(ofType: name))
    }
  }

  // MARK: Groups

  /// Lists the groups that tasks have open or are children of; returns their slots.
  private func update(groupsOf tasks: [ScannedTask], at now: UInt64) -> [UInt64: Int] {
    var slots: [UInt64: Int] = [:]
    var running: [Int: UInt64] = [:]
    for task in tasks {
      for group in task.groups {
        guard let slot = slot(ofGroup: group.address, of: task.id, at: now) else { continue }
        slots[group.address] = slot
        unsafe tables.groups[slot].spawned = group.pending
        unsafe tables.groups[slot].ended = min(group.ready, group.pending)
        unsafe tables.groups[slot].cancelled = group.isCancelled ? 1 : 0
      }
    }
    // One whose owner is just changing its records is known by its children.
    for task in tasks where task.group != 0 && slots[task.group] == nil {
      guard let owner = ids[task.parent], let slot = slot(ofGroup: task.group, of: owner, at: now)
      else { continue }
      slots[task.group] = slot
      running[slot] = 0
    }
    for task in tasks {
      if let slot = slots[task.group], let count = running[slot] { running[slot] = count + 1 }
    }
    for (slot, count) in running {
      unsafe tables.groups[slot].spawned = count
      unsafe tables.groups[slot].ended = 0
    }
    return slots
  }

  private var lastGroup: UInt64 = 0

  private func slot(ofGroup address: UInt64, of owner: UInt64, at now: UInt64) -> Int? {
    guard let (slot, isNew) = groupSlots.take(GroupKey(address: address, owner: owner)) else {
      return nil
    }
    if isNew {
      lastGroup += 1
      var group = tp_group()
      group.id = lastGroup
      group.address = address
      group.parent = owner
      group.created = now
      group.kind = UInt8(TP_GROUP_NATIVE.rawValue)
      unsafe tables.groups[slot] = group
    }
    return slot
  }

  // MARK: Sites and texts

  /// The number of an async backtrace, which is stored once; 0 if there is none or no room for it.
  private func stack(_ backtrace: [UInt64]) -> UInt16 {
    guard !backtrace.isEmpty else { return 0 }
    if let known = stacks[backtrace] { return known }
    // A function that calls itself is one frame.
    let distinct = backtrace.indices.filter { $0 == 0 || backtrace[$0] != backtrace[$0 - 1] }
    let frames = distinct.prefix(Int(TP_STACK_FRAMES)).map { backtrace[$0] }
    let size = tp_stack_size(UInt32(frames.count))
    let number = unsafe header.pointee.stacks.used
    guard unsafe number + size <= min(tables.stack_capacity, TP_STACK_STALE) else { return 0 }
    unsafe header.pointee.stacks.used = number + size
    let entry = unsafe UnsafeMutableRawPointer(tables.stacks + Int(number))
    unsafe tables.stacks[Int(number)].is_cut = backtrace.count == ScannedTask.frameLimit ? 1 : 0
    unsafe tables.stacks[Int(number)].count = UInt32(frames.count)
    for (index, frame) in frames.enumerated() {
      unsafe entry.storeBytes(of: frame, toByteOffset: 8 + 8 * index, as: UInt64.self)
    }
    stacks[backtrace] = UInt16(number)
    return UInt16(number)
  }

  private func site(ofType name: String) -> UInt32 {
    guard !name.isEmpty else { return 0 }
    if let known = types[name] { return known }
    let number = unsafe header.pointee.sites.used
    guard unsafe number < tables.site_capacity else { return 0 }
    var site = tp_site()
    site.kind = TP_SITE_TYPE.rawValue
    site.function = append(Array(name.utf8))
    unsafe tables.sites[Int(number)] = site
    unsafe header.pointee.sites.used = number + 1
    types[name] = number
    return number
  }

  /// Copies a text; 0 if there is no room.
  private func append(_ text: [UInt8]) -> UInt32 {
    let offset = unsafe header.pointee.strings.used
    guard !text.isEmpty, unsafe Int(offset) + text.count < Int(tables.string_capacity) else {
      return 0
    }
    for (index, byte) in text.enumerated() {
      unsafe tables.strings[Int(offset) + index] = CChar(bitPattern: byte)
    }
    unsafe header.pointee.strings.used = offset + UInt32(text.count) + 1
    return offset
  }
}

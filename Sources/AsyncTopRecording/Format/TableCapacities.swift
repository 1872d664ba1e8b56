import CAsyncTopProbe

/// How many entries each part of a region has room for.
struct TableCapacities: Hashable, Sendable {
  var tasks: UInt32
  var groups: UInt32
  var timers: UInt32
  var resources: UInt32
  var loops: UInt32
  var workers: UInt32
  var sites: UInt32
  var strings: UInt32
  var modules: UInt32
  /// Of entries, not of stacks; 0 in recordings before there were any.
  var stacks: UInt32 = 0

  init(_ header: tp_header) {
    tasks = header.tasks.capacity
    groups = header.groups.capacity
    timers = header.timers.capacity
    resources = header.resources.capacity
    loops = header.loops.capacity
    workers = header.worker_capacity
    sites = header.sites.capacity
    strings = header.strings.capacity
    modules = header.modules.capacity
    stacks = header.stacks.capacity
  }

  /// Those of a region's header that was checked, whatever the header in its memory says by now.
  init(_ tables: tp_region) {
    tasks = unsafe tables.task_capacity
    groups = unsafe tables.group_capacity
    timers = unsafe tables.timer_capacity
    resources = unsafe tables.resource_capacity
    loops = unsafe tables.loop_capacity
    workers = unsafe tables.worker_capacity
    sites = unsafe tables.site_capacity
    strings = unsafe tables.string_capacity
    modules = unsafe tables.module_capacity
    stacks = unsafe tables.stack_capacity
  }

  init(from reader: inout PayloadReader) {
    tasks = reader.varint32()
    groups = reader.varint32()
    timers = reader.varint32()
    resources = reader.varint32()
    loops = reader.varint32()
    workers = reader.varint32()
    sites = reader.varint32()
    strings = reader.varint32()
    modules = reader.varint32()
    if !isAcceptable { reader.fail() }
  }

  /// Slots of a table.
  @inline(__always)
  subscript(table: TableKind) -> UInt32 {
    switch table {
    case .tasks: tasks
    case .groups: groups
    case .timers: timers
    case .resources: resources
    case .loops: loops
    case .workers: workers
    case .sites: sites
    }
  }

  func write(to payload: inout PayloadWriter) {
    for count in slots + [workers, sites, strings, modules] { payload.varint(UInt64(count)) }
  }

  /// Whether no part is larger than a reader accepts.
  var isAcceptable: Bool {
    slots.allSatisfy { $0 <= RecordingLimits.slots } && workers <= RecordingLimits.workers
      && sites <= RecordingLimits.areaEntries && modules <= RecordingLimits.areaEntries
      && stacks <= RecordingLimits.areaEntries
      && strings <= RecordingLimits.stringBytes
  }

  private var slots: [UInt32] { [tasks, groups, timers, resources, loops] }
}

/// The tables that events change and keyframes copy.
enum TableKind: UInt8, CaseIterable {
  case tasks = 0
  case groups = 1
  case timers = 2
  case resources = 3
  case loops = 4
  case workers = 5
  /// What the tasks of each site came to. Version 1 of the format has none.
  case sites = 6

  /// The table that an event's slot is in; nil for a mark and for kinds that do not exist.
  @inline(__always)
  init?(of event: EventKind) {
    switch event.rawValue {
    case ..<10: self = .tasks
    case ..<20: self = .groups
    case ..<30: self = .timers
    case ..<40: self = .resources
    case ..<50: self = .loops
    case ..<60: self = .workers
    default: return nil
    }
  }
}

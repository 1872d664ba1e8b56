import CAsyncTopProbe
public import AsyncTopBus

extension TestSession {
  /// Creates a group.
  public func createGroup(
    _ id: UInt64, _ name: String = "", owner: UInt64, site: UInt32 = 0, ofRuntime: Bool = false
  ) {
    let slot = nextSlot.group
    nextSlot.group += 1
    slots[id | 1 << 60] = slot
    unsafe memory.header.pointee.groups.high = nextSlot.group
    let kind = ofRuntime ? TP_GROUP_RUNTIME : TP_GROUP_NATIVE
    apply(
      TP_EVENT_GROUP_CREATED, slot: slot, id: id, detail: UInt8(kind.rawValue), a: id, b: owner)
    apply(TP_EVENT_GROUP_ORIGIN, slot: slot, id: id, a: UInt64(site))
    if !name.isEmpty { applyName(TP_EVENT_GROUP_NAMED, slot: slot, id: id, name) }
  }

  /// Cancels a group.
  public func cancelGroup(_ id: UInt64) {
    apply(TP_EVENT_GROUP_CANCELLED, slot: slots[id | 1 << 60]!, id: id)
  }

  /// Arms a timer and returns its id.
  @discardableResult
  public func arm(
    in duration: Duration, _ kind: TimerRecord.Kind = .sleep, owner: UInt64 = 0, site: UInt32 = 0,
    onLoop isOnLoop: Bool = false
  ) -> UInt64 {
    let slot = nextSlot.timer
    nextSlot.timer += 1
    unsafe memory.header.pointee.timers.high = nextSlot.timer
    let id: UInt64 = 1 << 32 | UInt64(slot)
    let (seconds, attoseconds) = duration.components
    let deadline = now + UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
    apply(
      TP_EVENT_TIMER_ARMED, slot: slot, id: 1, detail: kind.rawValue, a: id, b: deadline)
    let loop: UInt64 = isOnLoop ? 1 << 32 : 0
    apply(TP_EVENT_TIMER_ORIGIN, slot: slot, id: 1, a: owner, b: UInt64(site) | loop)
    return id
  }

  /// Makes a resource and returns its id.
  public func createResource(
    _ kind: ResourceRecord.Kind, _ name: String, holder: UInt64 = 0, depth: UInt32 = 0,
    capacity: UInt32 = 0, waiters: UInt32 = 0, producers: UInt32 = 0, site: UInt32 = 0
  ) -> UInt64 {
    let slot = nextSlot.resource
    nextSlot.resource += 1
    unsafe memory.header.pointee.resources.high = nextSlot.resource
    let id: UInt64 = 1 << 32 | UInt64(slot)
    apply(
      TP_EVENT_RESOURCE_CREATED, slot: slot, id: 1, detail: kind.rawValue, a: id, b: UInt64(site))
    applyName(TP_EVENT_RESOURCE_NAMED, slot: slot, id: 1, name)
    apply(TP_EVENT_RESOURCE_HELD, slot: slot, id: 1, a: holder)
    apply(
      TP_EVENT_RESOURCE_LEVEL, slot: slot, id: 1, a: UInt64(capacity) << 32 | UInt64(depth),
      b: UInt64(producers) << 32 | UInt64(waiters))
    return id
  }

  /// Has a task hold a resource, or nobody; perhaps since another one has released it.
  public func hold(_ resource: UInt64, by task: UInt64, releasedBy other: UInt64 = 0) {
    apply(
      TP_EVENT_RESOURCE_HELD, slot: UInt32(truncatingIfNeeded: resource), id: 1, a: task, b: other)
  }

  /// Starts the event loop, with one iteration behind it.
  public func startLoop(_ name: String, busy: UInt64 = 0, lag: UInt64 = 0) {
    unsafe memory.header.pointee.loops.high = 1
    apply(TP_EVENT_LOOP_STARTED, slot: 0, id: 1, a: 1)
    applyName(TP_EVENT_LOOP_NAMED, slot: 0, id: 1, name)
    apply(TP_EVENT_LOOP_RAN, slot: 0, id: 1, a: busy, b: lag)
  }

  /// Has the loop's longest job end now: a poll of a task, which still goes on for the task itself.
  public func blockLoop(_ task: UInt64, for duration: Duration) {
    let (seconds, attoseconds) = duration.components
    let length = UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
    apply(TP_EVENT_LOOP_LONGEST, slot: 0, id: 1, a: task, b: length)
  }

  /// Stores a place in the source and returns its site.
  public func source(_ file: String, _ line: UInt32, _ function: String) -> UInt32 {
    let (file, function) = (text(file), text(function))
    return addSite(TP_SITE_SOURCE, line: line, file: file, function: function)
  }

  /// Stores a class and returns its site.
  public func type(_ name: String) -> UInt32 {
    addSite(TP_SITE_TYPE, function: text(name))
  }

  /// Stores addresses of code and returns their site.
  public func code(_ frames: [UInt64], isResume: Bool = false) -> UInt32 {
    addSite(isResume ? TP_SITE_RESUME : TP_SITE_CODE, frames: frames)
  }

  /// Stores an async backtrace and returns its number.
  public func stack(_ frames: [UInt64], isCut: Bool = false) -> UInt32 {
    let number = unsafe memory.header.pointee.stacks.used
    let count = UInt32(frames.count)
    let stack = unsafe tables.stacks + Int(number)
    unsafe stack.pointee.is_cut = isCut ? 1 : 0
    for (index, frame) in frames.enumerated() { unsafe tp_stack_frames(stack)[index] = frame }
    unsafe stack.pointee.count = count
    unsafe memory.header.pointee.stacks.used = number + tp_stack_size(count)
    return number
  }

  private func addSite(
    _ kind: tp_site_kind, line: UInt32 = 0, file: UInt32 = 0, function: UInt32 = 0,
    frames: [UInt64] = []
  ) -> UInt32 {
    var site = tp_site()
    site.kind = kind.rawValue
    site.line = line
    site.file = file
    site.function = function
    let padded = frames + Array(repeating: 0, count: 4)
    site.frames = (padded[0], padded[1], padded[2], padded[3])
    let number = nextSlot.site
    nextSlot.site += 1
    unsafe tables.sites[Int(number)] = site
    unsafe memory.header.pointee.sites.used = nextSlot.site
    return number
  }

  /// Counts entities that found no slot.
  public func loseTasks(_ count: UInt64) {
    unsafe memory.header.pointee.tasks.unlisted = count
  }
}

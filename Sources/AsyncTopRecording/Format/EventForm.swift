import CAsyncTopProbe

/// The kinds of events that this version knows: `tp_event_kind`.
enum EventKind: UInt8, CaseIterable {
  case taskCreated = 1
  case taskOrigin = 2
  case taskNamed = 3
  case taskScheduled = 4
  case pollBegan = 5
  case pollEnded = 6
  case taskCancelled = 7
  case taskEnded = 8
  case taskAwaited = 9
  case groupCreated = 10
  case groupOrigin = 11
  case groupNamed = 12
  case groupCancelled = 13
  case groupEnded = 14
  case timerArmed = 20
  case timerOrigin = 21
  case timerEnded = 22
  case resourceCreated = 30
  case resourceNamed = 31
  case resourceHeld = 32
  case resourceLevel = 33
  case resourceBytes = 34
  case resourceEnded = 35
  case loopStarted = 40
  case loopNamed = 41
  case loopRan = 42
  case loopLevel = 43
  case loopEnded = 44
  /// Not in version 1 of the format.
  case loopLongest = 45
  case workerStarted = 50
  case workerNamed = 51
  case workerEnded = 52
  case mark = 60
}

/// The compact form of each kind of event: what is said of its fields and what follows from the
/// tables, which hold the state before the event, and from the context.
///
/// The table of the kinds in the format's article is this, in words.
@safe
struct EventForm {
  let tables: tp_region

  /// Writes or reads all fields but worker, ticks and slot.
  @inline(__always)
  func code<Coder: EventFieldCoder & ~Copyable>(
    _ event: inout tp_event, _ kind: EventKind, worker: UInt16, _ context: borrowing EventContext,
    _ coder: inout Coder
  ) {
    let polled = unsafe tables.workers[Int(worker)].task
    switch kind {
    case .taskCreated, .taskOrigin, .taskNamed, .taskScheduled, .pollBegan, .pollEnded,
      .taskCancelled, .taskEnded, .taskAwaited:
      task(&event, kind, polled, context, &coder)
    case .groupCreated, .groupOrigin, .groupNamed, .groupCancelled, .groupEnded:
      group(&event, kind, polled, context, &coder)
    case .timerArmed, .timerOrigin, .timerEnded: timer(&event, kind, polled, context, &coder)
    case .resourceCreated, .resourceNamed, .resourceHeld, .resourceLevel, .resourceBytes,
      .resourceEnded:
      resource(&event, kind, polled, &coder)
    case .loopStarted, .loopNamed, .loopRan, .loopLevel, .loopEnded, .loopLongest:
      loop(&event, kind, &coder)
    case .workerStarted, .workerNamed, .workerEnded, .mark: other(&event, kind, &coder)
    }
  }

  @inline(__always)
  private func task<Coder: EventFieldCoder & ~Copyable>(
    _ event: inout tp_event, _ kind: EventKind, _ polled: UInt64,
    _ context: borrowing EventContext, _ coder: inout Coder
  ) {
    let task = unsafe tables.tasks + Int(event.slot)
    if kind == .taskCreated {
      coder.known(&event.detail, 0)
      coder.near(&event.a, context.taskID)
      coder.known(&event.tag, UInt16(truncatingIfNeeded: event.a))
      coder.task(&event.b, polled: polled)
      return
    }
    coder.known(&event.tag, UInt16(truncatingIfNeeded: unsafe task.pointee.id))
    switch kind {
    case .taskOrigin:
      coder.known(&event.detail, 0)
      coder.near(&event.a, context.taskSite)
      coder.near(&event.b, context.taskBits)
    case .taskNamed:
      coder.byte(&event.detail)
      coder.text(&event.a, &event.b)
    case .taskScheduled, .taskCancelled:
      coder.known(&event.detail, 0)
      coder.task(&event.a, polled: polled)
      coder.known(&event.b, 0)
    case .pollBegan:
      coder.known(&event.detail, 0)
      coder.known(&event.a, 0)
      coder.known(&event.b, 0)
    case .pollEnded: unsafe wait(&event, task, context, &coder)
    case .taskAwaited:
      coder.known(&event.detail, 0)
      coder.small(&event.a)
      coder.known(&event.b, 0)
    default:
      coder.byte(&event.detail)
      coder.known(&event.a, 0)
      coder.known(&event.b, 0)
    }
  }

  // One byte: the kind of the wait in the low four bits; how the target is said in two: as of the
  // task's last wait, the timer armed last, near that of the last wait, none; one bit: another
  // site and stack.
  @inline(__always)
  private func wait<Coder: EventFieldCoder & ~Copyable>(
    _ event: inout tp_event, _ task: UnsafePointer<tp_task>, _ context: borrowing EventContext,
    _ coder: inout Coder
  ) {
    let target = unsafe task.pointee.wait_target
    let wait =
      unsafe UInt64(task.pointee.wait_site) | UInt64(task.pointee.stack) << 16
      | UInt64(task.pointee.wait_type) << 32
    var byte = event.detail & 0x0f
    if event.a != target {
      byte |= event.a == 0 ? 0x30 : event.a == context.timerID ? 0x10 : 0x20
    }
    if event.b != wait { byte |= 0x40 }
    coder.byte(&byte)
    coder.known(&event.detail, byte & 0x0f)
    switch byte & 0x30 {
    case 0: coder.known(&event.a, target)
    case 0x10: coder.known(&event.a, context.timerID)
    case 0x20: coder.near(&event.a, target)
    default: coder.known(&event.a, 0)
    }
    if byte & 0x40 == 0 {
      coder.known(&event.b, wait)
    } else {
      coder.small(&event.b)
    }
  }

  @inline(__always)
  private func group<Coder: EventFieldCoder & ~Copyable>(
    _ event: inout tp_event, _ kind: EventKind, _ polled: UInt64,
    _ context: borrowing EventContext, _ coder: inout Coder
  ) {
    if kind == .groupCreated {
      coder.byte(&event.detail)
      coder.near(&event.a, context.groupID)
      coder.known(&event.tag, UInt16(truncatingIfNeeded: event.a))
      coder.task(&event.b, polled: polled)
      return
    }
    coder.known(
      &event.tag, UInt16(truncatingIfNeeded: unsafe tables.groups[Int(event.slot)].id))
    switch kind {
    case .groupOrigin:
      coder.known(&event.detail, 0)
      coder.small(&event.a)
      coder.near(&event.b, context.groupAddress)
    case .groupNamed:
      coder.byte(&event.detail)
      coder.text(&event.a, &event.b)
    default: nothing(&event, &coder)
    }
  }

  @inline(__always)
  private func timer<Coder: EventFieldCoder & ~Copyable>(
    _ event: inout tp_event, _ kind: EventKind, _ polled: UInt64,
    _ context: borrowing EventContext, _ coder: inout Coder
  ) {
    if kind == .timerArmed {
      counted(&event, &coder)
      coder.near(&event.b, context.timerDeadline)
      return
    }
    coder.byte(&event.detail)
    coder.known(
      &event.tag, UInt16(truncatingIfNeeded: unsafe tables.timers[Int(event.slot)].id >> 32))
    if kind == .timerOrigin {
      coder.task(&event.a, polled: polled)
      coder.near(&event.b, context.timerBits)
    } else {
      coder.known(&event.a, 0)
      coder.known(&event.b, 0)
    }
  }

  // The id of a timer or resource: a counter, and the slot.
  @inline(__always)
  func counted<Coder: EventFieldCoder & ~Copyable>(
    _ event: inout tp_event, _ coder: inout Coder
  ) {
    coder.byte(&event.detail)
    var counter = event.a >> 32
    coder.small(&counter)
    coder.known(&event.a, counter << 32 | UInt64(event.slot))
    coder.known(&event.tag, UInt16(truncatingIfNeeded: counter))
  }

  @inline(__always)
  func nothing<Coder: EventFieldCoder & ~Copyable>(
    _ event: inout tp_event, _ coder: inout Coder
  ) {
    coder.known(&event.detail, 0)
    coder.known(&event.a, 0)
    coder.known(&event.b, 0)
  }
}

extension EventForm {
  @inline(__always)
  func resource<Coder: EventFieldCoder & ~Copyable>(
    _ event: inout tp_event, _ kind: EventKind, _ polled: UInt64, _ coder: inout Coder
  ) {
    if kind == .resourceCreated {
      counted(&event, &coder)
      coder.small(&event.b)
      return
    }
    // A slot whose resource has ended foretells nothing: keyframes leave it out.
    let resource = unsafe tables.resources[Int(event.slot)]
    let isListed = resource.id != 0
    coder.known(&event.tag, UInt16(truncatingIfNeeded: resource.id >> 32))
    switch kind {
    case .resourceNamed:
      coder.byte(&event.detail)
      coder.text(&event.a, &event.b)
    case .resourceHeld:
      coder.known(&event.detail, 0)
      coder.task(&event.a, polled: polled)
      coder.known(&event.b, 0)
    case .resourceLevel:
      coder.known(&event.detail, 0)
      let level = UInt64(resource.capacity) << 32 | UInt64(resource.depth)
      coder.near(&event.a, isListed ? level : 0)
      let waiters = UInt64(resource.producers) << 32 | UInt64(resource.waiters)
      coder.near(&event.b, isListed ? waiters : 0)
    case .resourceBytes:
      coder.known(&event.detail, 0)
      coder.near(&event.a, isListed ? resource.bytes_in : 0)
      coder.near(&event.b, isListed ? resource.bytes_out : 0)
    default: nothing(&event, &coder)
    }
  }

  @inline(__always)
  func loop<Coder: EventFieldCoder & ~Copyable>(
    _ event: inout tp_event, _ kind: EventKind, _ coder: inout Coder
  ) {
    coder.known(&event.tag, 0)
    switch kind {
    case .loopStarted:
      coder.known(&event.detail, 0)
      coder.small(&event.a)
      coder.known(&event.b, 0)
    case .loopNamed:
      coder.byte(&event.detail)
      coder.text(&event.a, &event.b)
    case .loopRan:
      coder.known(&event.detail, 0)
      coder.small(&event.a)
      coder.small(&event.b)
    case .loopLongest:
      coder.byte(&event.detail)
      coder.small(&event.a)
      coder.small(&event.b)
    case .loopLevel:
      let loop = unsafe tables.loops[Int(event.slot)]
      let level = UInt64(loop.timers) << 32 | UInt64(loop.ready)
      coder.known(&event.detail, 0)
      coder.near(&event.a, loop.id == 0 ? 0 : level)
      coder.known(&event.b, 0)
    default: nothing(&event, &coder)
    }
  }

  @inline(__always)
  func other<Coder: EventFieldCoder & ~Copyable>(
    _ event: inout tp_event, _ kind: EventKind, _ coder: inout Coder
  ) {
    coder.known(&event.tag, 0)
    switch kind {
    case .workerStarted, .mark:
      coder.known(&event.detail, 0)
      coder.small(&event.a)
      coder.known(&event.b, 0)
    case .workerNamed:
      coder.known(&event.detail, 0)
      coder.text(&event.a, &event.b)
    default: nothing(&event, &coder)
    }
  }
}

/// Writes or reads the fields of an event: the two directions of one description, `EventForm`.
///
/// A writer that meets a value which the form can't say becomes unfit; the event is then written
/// plainly.
protocol EventFieldCoder: ~Copyable {
  /// A field that follows from what is known.
  mutating func known<Field: FixedWidthInteger>(_ field: inout Field, _ value: Field)
  /// A field of one byte.
  mutating func byte(_ field: inout UInt8)
  /// A field that is small.
  mutating func small(_ field: inout UInt64)
  /// A field that is near a value.
  mutating func near(_ field: inout UInt64, _ value: UInt64)
  /// The id of a task: often none, or the one that the worker polls.
  mutating func task(_ field: inout UInt64, polled: UInt64)
  /// Sixteen bytes of text, which often end early.
  mutating func text(_ a: inout UInt64, _ b: inout UInt64)
}

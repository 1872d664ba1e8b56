import CAsyncTopProbe

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

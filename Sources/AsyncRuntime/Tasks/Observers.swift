/// Who is told, in order, when a task or future is done: waiting tasks and callbacks.
///
/// The first needs no allocation.
struct Observers {
  @safe
  private enum Observer {
    case waiter(Unmanaged<Waiter>)
    case callback(Handle)
  }

  private var first: Observer?
  private var others: [Observer] = []

  /// One that waits; its suspended function keeps it alive.
  mutating func add(_ waiter: Waiter) {
    unsafe add(.waiter(.passUnretained(waiter)))
  }

  mutating func add(_ callback: Handle) {
    add(.callback(callback))
  }

  private mutating func add(_ observer: Observer) {
    if first == nil { first = observer } else { others.append(observer) }
  }

  /// Makes all of them ready, and forgets them.
  mutating func notify(on loop: EventLoop) {
    let (first, others) = (first, others)
    self = Observers()
    if let first { Self.notify(first, loop) }
    for observer in others { Self.notify(observer, loop) }
  }

  private static func notify(_ observer: Observer, _ loop: EventLoop) {
    switch observer {
    case .waiter(let waiter): unsafe waiter.takeUnretainedValue().wake(.woken)
    case .callback(let handle): loop.ready.append(ReadyItem(retaining: handle))
    }
  }
}

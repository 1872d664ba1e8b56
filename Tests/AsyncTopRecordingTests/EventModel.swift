import CAsyncTopProbe

@testable import AsyncTopRecording

/// An app that makes random events: most of them could happen, some never would.
struct EventModel {
  private struct Listed {
    var slot: UInt32
    var id: UInt64
  }

  private var random: SeededGenerator
  private let capacities: TableCapacities
  private var ticks: UInt64 = 1_000_000
  private var nextID: UInt64 = 1
  private var tasks: [Listed] = []
  private var timers: [Listed] = []
  private var groups: [Listed] = []
  private var resources: [Listed] = []
  private var queued: [DecodedEvent] = []
  /// One in so many events makes no sense.
  var nonsense: UInt64 = 12

  init(seed: UInt64, capacities: TableCapacities) {
    random = SeededGenerator(seed: seed)
    self.capacities = capacities
  }

  /// The next event that a recorder would accept.
  mutating func next(_ validator: RegionValidator) -> DecodedEvent {
    while true {
      while queued.isEmpty { happen() }
      let event = queued.removeFirst()
      if validator.accepts(event.event, of: event.kind, worker: event.worker) { return event }
    }
  }

  private mutating func queue(
    _ kind: EventKind, _ slot: UInt32, _ tag: UInt64, detail: UInt8 = 0, _ a: UInt64 = 0,
    _ b: UInt64 = 0, worker: UInt16 = 0
  ) {
    let event = tp_event(
      ticks: ticks, slot: slot, kind: kind.rawValue, detail: detail,
      tag: UInt16(truncatingIfNeeded: tag), a: a, b: b)
    queued.append(DecodedEvent(event: event, kind: kind, worker: worker))
  }

  private mutating func happen() {
    ticks &+= random.oneIn(50) ? random.next() >> 40 : random.next() % 3000
    // Written late by another thread.
    if random.oneIn(40) { ticks &-= random.next() % 2000 }
    let worker = UInt16(random.next() % 4)
    if random.oneIn(nonsense) { return makeNonsense(worker) }
    switch random.next() % 16 {
    case 0, 1: create(worker)
    case 2...8: poll(worker)
    case 9: end(worker)
    case 10, 11: timer(worker)
    case 12: group(worker)
    case 13, 14: resource(worker)
    default: other(worker)
    }
  }

  private mutating func makeNonsense(_ worker: UInt16) {
    let kind = EventKind.allCases.randomElement(using: &random)!
    let slot = UInt32(random.next() % 64)
    let a = random.oneIn(2) ? random.next() : random.next() % 40
    let b = random.oneIn(2) ? random.next() : random.next() % 40
    queue(
      kind, slot, random.next() % 64, detail: UInt8(truncatingIfNeeded: random.next() % 20), a, b,
      worker: worker)
  }

  private mutating func freeSlot(_ used: [Listed], _ capacity: UInt32) -> UInt32? {
    guard used.count < Int(capacity) else { return nil }
    let slots = Set(used.map(\.slot))
    return (0..<capacity).first { !slots.contains($0) }
  }

  private mutating func create(_ worker: UInt16) {
    guard let slot = freeSlot(tasks, capacities.tasks) else { return }
    let (id, parent) = (nextID, tasks.randomElement(using: &random)?.id ?? 0)
    nextID += 1
    tasks.append(Listed(slot: slot, id: id))
    queue(.taskCreated, slot, id, id, parent, worker: worker)
    let group = groups.randomElement(using: &random).map { UInt64($0.slot) + 1 } ?? 0
    queue(.taskOrigin, slot, id, group << 32 | random.next() % 50, 21 << 16 | 3, worker: worker)
    if random.oneIn(3) {
      queue(.taskNamed, slot, id, random.next(), 0x0065_6d61_6e, worker: worker)
    }
    queue(.taskScheduled, slot, id, parent, worker: worker)
  }

  private mutating func poll(_ worker: UInt16) {
    guard let task = tasks.randomElement(using: &random) else { return create(worker) }
    if random.oneIn(2) {
      queue(
        .taskScheduled, task.slot, task.id, tasks.randomElement(using: &random)!.id,
        worker: worker)
    }
    if random.oneIn(4) {
      queue(.taskAwaited, task.slot, task.id, random.next() >> 32, worker: worker)
    }
    queue(.pollBegan, task.slot, task.id, worker: worker)
    ticks &+= random.next() % 5000
    let site = random.next() % 60
    let type = random.oneIn(8) ? random.next() % 60 : 0
    queue(
      .pollEnded, task.slot, task.id, detail: UInt8(random.next() % 9),
      random.oneIn(3) ? random.next() >> 16 : random.next() % 5, type << 32 | site,
      worker: worker)
  }

  private mutating func end(_ worker: UInt16) {
    guard !tasks.isEmpty else { return }
    let task = tasks.remove(at: Int(random.next() % UInt64(tasks.count)))
    if random.oneIn(3) {
      queue(.taskCancelled, task.slot, task.id, random.next() % nextID, worker: worker)
    }
    queue(.taskEnded, task.slot, task.id, detail: UInt8(random.next() % 4), worker: worker)
  }

  private mutating func timer(_ worker: UInt16) {
    if random.oneIn(2), let timer = timers.popLast() {
      return queue(
        .timerEnded, timer.slot, timer.id >> 32, detail: UInt8(random.next() % 2 + 1),
        worker: worker)
    }
    guard let slot = freeSlot(timers, capacities.timers) else { return }
    let id = nextID << 32 | UInt64(slot)
    nextID += 1
    timers.append(Listed(slot: slot, id: id))
    queue(.timerArmed, slot, id >> 32, detail: 1, id, ticks &+ random.next() >> 34, worker: worker)
    queue(
      .timerOrigin, slot, id >> 32, detail: 1, tasks.first?.id ?? 0, 1 << 32 | random.next() % 50,
      worker: worker)
  }

  private mutating func group(_ worker: UInt16) {
    if random.oneIn(2), let group = groups.popLast() {
      if random.oneIn(2) { queue(.groupCancelled, group.slot, group.id, worker: worker) }
      return queue(.groupEnded, group.slot, group.id, worker: worker)
    }
    guard let slot = freeSlot(groups, capacities.groups) else { return }
    let id = nextID
    nextID += 1
    groups.append(Listed(slot: slot, id: id))
    queue(.groupCreated, slot, id, detail: 1, id, tasks.last?.id ?? 0, worker: worker)
    queue(.groupOrigin, slot, id, random.next() % 50, random.next() >> 16, worker: worker)
    queue(.groupNamed, slot, id, 0x70_756f_7267, 0, worker: worker)
  }

  private mutating func resource(_ worker: UInt16) {
    guard resources.count > 3, let resource = resources.randomElement(using: &random) else {
      guard let slot = freeSlot(resources, capacities.resources) else { return }
      let id = nextID << 32 | UInt64(slot)
      nextID += 1
      resources.append(Listed(slot: slot, id: id))
      return queue(
        .resourceCreated, slot, id >> 32, detail: 6, id, random.next() % 50, worker: worker)
    }
    let tag = resource.id >> 32
    switch random.next() % 5 {
    case 0:
      let releaser = random.next() % 8 == 0 ? random.next() % 50 : 0
      queue(.resourceHeld, resource.slot, tag, tasks.first?.id ?? 0, releaser, worker: worker)
    case 1: queue(.resourceLevel, resource.slot, tag, 9 << 32 | random.next() % 9, 2)
    case 2: queue(.resourceBytes, resource.slot, tag, random.next() >> 40, random.next() >> 44)
    case 3: queue(.resourceNamed, resource.slot, tag, detail: UInt8(random.next() % 3), 1, 2)
    default:
      queue(.resourceEnded, resource.slot, tag, worker: worker)
      resources.removeAll { $0.slot == resource.slot }
    }
  }

  private mutating func other(_ worker: UInt16) {
    let loop = UInt32(random.next() % 3)
    switch random.next() % 9 {
    case 0: queue(.loopStarted, loop, 0, nextID, worker: worker)
    case 1: queue(.loopNamed, loop, 0, 0x706f_6f6c, 0, worker: worker)
    case 2, 3: queue(.loopRan, loop, 0, random.next() % 9000, random.next() % 900, worker: worker)
    case 4: queue(.loopLevel, loop, 0, 7 << 32 | random.next() % 9, worker: worker)
    case 5: queue(.workerStarted, UInt32(worker), 0, 4000 + UInt64(worker), worker: worker)
    case 6: queue(.workerNamed, UInt32(worker), 0, 0x6b_726f_77, 0x31, worker: worker)
    case 7: queue(.mark, 0, 0, 1, worker: worker)
    default: queue(.loopEnded, loop, 0, worker: worker)
    }
  }
}

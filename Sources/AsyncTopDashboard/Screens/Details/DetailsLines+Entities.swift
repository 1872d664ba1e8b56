import AsyncTopBus
import AsyncTopInsight

extension DetailsLines {
  mutating func write(_ group: GroupRecord) {
    title("group" + (group.name.isEmpty ? "" : " “\(group.name)”"))
    add("kind", group.isRuntime ? "a group of AsyncRuntime" : "a group of Swift's own")
    add("running", CompactText.count(group.live), .waitsForGroup)
    if !insight.isMeasured(group) {
      add("children", insight.childrenText(of: group))
    } else {
      add("spawned", CompactText.count(group.spawned))
      add(
        "ended", CompactText.count(group.ended),
        picture: .bar(group.spawned == 0 ? 0 : Double(group.ended) / Double(group.spawned)))
    }
    if group.isCancelled { add("cancelled", "as a whole", .stateCancelled) }
    if insight.isMeasured(group) { add("age", ago(group.created)) }
    if group.parent != 0 {
      add("owner", insight.label(.task(group.parent)), .identifier, target: .task(group.parent))
    }
    list("Waited for by", insight.waiters(for: .group(group.id)).map { .task($0.id) })
    if let node = insight.node(of: .group(group.id)) {
      list("Tasks", insight.tree.children(of: node).map { insight.entity(at: Int($0)) })
    }
    places("Created at", group.site)
  }

  mutating func write(_ timer: TimerRecord) {
    title("timer")
    let left = insight.remaining(timer)
    add(
      "left",
      left >= 0
        ? CompactText.duration(UInt64(left))
        : "overdue by \(CompactText.duration(left.magnitude))",
      left >= 0 ? .waitsForTimer : .warning, picture: .bar(insight.fractionLeft(timer)))
    let use =
      switch timer.kind {
      case .sleep: "wakes a sleeping task"
      case .callback: "calls a callback"
      case .timeout: "cancels its owner, unless that is done by then"
      }
    add("kind", "\(timer.kind.word): \(use)")
    add("armed", "\(ago(timer.armed)) ago")
    if timer.owner != 0 {
      add("owner", insight.label(.task(timer.owner)), .identifier, target: .task(timer.owner))
    }
    let loop = timer.loopSlot.flatMap { slot in
      insight.snapshot.loops.indices.contains(slot) ? insight.snapshot.loops[slot].name : nil
    }
    add("loop", loop ?? "the default executor")
    list("Waited for by", insight.waiters(for: .timer(timer.id)).map { .task($0.id) })
    places("Armed at", timer.site)
  }

  mutating func write(_ resource: ResourceRecord) {
    title(insight.label(.resource(resource.id)))
    add("kind", resource.kind.word)
    add("age", ago(resource.created))
    if resource.holder != 0 {
      add(
        "held by", insight.label(.task(resource.holder)), .identifier,
        target: .task(resource.holder))
      add("held for", ago(resource.heldSince))
    }
    level(of: resource)
    let room = resource.producers > 0 ? ", \(resource.producers) of them for room" : ""
    add("waiters", "\(resource.waiters)" + room)
    if resource.bytesIn > 0 || resource.bytesOut > 0 {
      add("received", CompactText.bytes(resource.bytesIn))
      add("sent", CompactText.bytes(resource.bytesOut))
    }
    list("Waited for by", insight.waiters(for: .resource(resource.id)).map { .task($0.id) })
    list("Pending", insight.members(of: resource.id).map { .task($0.id) })
    places("Created at", resource.site)
  }

  private mutating func level(of resource: ResourceRecord) {
    if resource.kind == .event { return add("set", resource.depth > 0 ? "yes" : "no") }
    let name =
      switch resource.kind {
      case .queue: "queued"
      case .semaphore: "taken"
      case .barrier: "arrived"
      case .allOf, .anyOf: "ended"
      default: "buffered"
      }
    guard resource.depth > 0 || resource.capacity > 0 else { return }
    if resource.capacity > 0 {
      add(
        name, "\(resource.depth) of \(resource.capacity)",
        picture: .bar(Double(resource.depth) / Double(resource.capacity)))
    } else {
      add(name, CompactText.count(UInt64(resource.depth)))
    }
  }
}

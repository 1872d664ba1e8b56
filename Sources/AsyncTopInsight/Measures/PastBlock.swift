import AsyncTopBus

/// Something that has kept a thread for long: a task's poll, or a callback of a loop.
public struct PastBlock: Hashable, Sendable {
  /// The id of the task, or 0: a callback.
  public let task: UInt64
  /// The site of the callback, or 0.
  public let site: UInt32
  /// For how long, in nanoseconds.
  public let nanoseconds: UInt64
  /// How long ago it ended, in nanoseconds.
  public let ago: UInt64
}

extension Insight {
  /// What has kept a thread for longer than this is worth a warning, however long ago it was.
  public static let longBlock: Duration = .milliseconds(500)
  /// What has kept a loop for longer than this is worth a warning for a while.
  public static let shortBlock: Duration = .milliseconds(100)
  /// How long that is.
  public static let blockMemory: Duration = .seconds(120)

  func findPastBlocks() -> [PastBlock] {
    let (long, short) = (
      snapshot.clock.ticks(Insight.longBlock), snapshot.clock.ticks(Insight.shortBlock)
    )
    let memory = snapshot.clock.ticks(Insight.blockMemory)
    var found: [SIMD2<UInt64>: LongestPoll] = [:]
    func note(_ poll: LongestPoll?, isOfLoop: Bool) {
      guard let poll, poll.length >= short else { return }
      let isRecent = snapshot.now -| poll.ended <= memory
      guard poll.length >= long || isOfLoop && isRecent else { return }
      let key = SIMD2(poll.task, poll.task == 0 ? UInt64(poll.site) : 0)
      if let known = found[key], known.length >= poll.length { return }
      found[key] = poll
    }
    for loop in snapshot.loops { note(loop.longestJob, isOfLoop: true) }
    for worker in snapshot.workers { note(worker.longestPoll, isOfLoop: false) }
    let tasks = snapshot.tasks.positions(inChunksWhere: { $0.longestPoll >= short }) { task in
      task.longestPoll.map { $0.length >= short } ?? false
    }
    for position in tasks {
      let task = snapshot.tasks[position]
      note(task.longestPoll, isOfLoop: task.flags.contains(.runtime))
    }
    return found.values.map { poll in
      PastBlock(
        task: poll.task, site: poll.site, nanoseconds: nanoseconds(poll.length),
        ago: nanoseconds(snapshot.now -| poll.ended))
    }.sorted { ($0.nanoseconds, $0.task) > ($1.nanoseconds, $1.task) }
  }

  /// What a block was, in words: `task 18 “cruncher” blocked its thread for 612ms, 3.0s ago`.
  public func text(of block: PastBlock) -> String {
    let place = siteLabel(block.site)
    let who =
      block.task != 0
      ? nameOfEnded(block.task) : "a callback" + (place.isEmpty ? "" : " at \(place)")
    return "\(who) blocked its thread for \(CompactText.duration(block.nanoseconds)), "
      + "\(CompactText.duration(block.ago)) ago"
  }

  func nameOfEnded(_ id: UInt64) -> String {
    guard task(id) == nil, let ended = finished.last(where: { $0.id == id }), !ended.name.isEmpty
    else { return label(.task(id)) }
    return "task \(id) “\(ended.name)”"
  }
}

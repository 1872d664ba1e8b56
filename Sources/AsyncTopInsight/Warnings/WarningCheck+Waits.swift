import AsyncTopBus

// Who can't go on, because of whom.
extension WarningCheck {
  static let deadlock = WarningCheck(
    kind: WarningKind(
      "deadlock", "deadlock", isError: true,
      means: "Each of these waits for another one of them, so none of them can ever go on.",
      foundBy: "circles among who waits for whom, in up to 50,000 tasks",
      advice: "Take locks in the same order everywhere; or cancel one of the tasks."),
    unit: .time
  ) { input in
    let insight = input.insight
    guard insight.snapshot.tasks.count <= Insight.deadlockLimit else { return [] }
    return insight.deadlocks.compactMap { circle in
      guard let first = circle.first else { return nil }
      let tasks = circle.compactMap { entity -> TaskRecord? in
        guard case .task(let id) = entity else { return nil }
        return insight.task(id)
      }
      let since = tasks.map(\.since).max() ?? insight.snapshot.now
      let names = tasks.prefix(4).map { task in
        let name = insight.displayName(of: task)
        return name.isEmpty ? "task \(task.id)" : "\(name) \(task.id)"
      }
      let others = tasks.count > names.count ? ", \(tasks.count - names.count) more" : ""
      return Finding(
        first, key: tasks.map(\.id).min() ?? 0,
        names.joined(separator: " ⇄ ") + others,
        value: insight.nanoseconds(insight.snapshot.now -| since), began: since)
    }
  }

  static let abandonedLock = WarningCheck(
    kind: WarningKind(
      "lock-abandoned", "lock never released", isError: true,
      means: "The task that holds the lock has ended, so nobody can ever take it.",
      foundBy: "locks whose holder isn't among the tasks, where none is missing",
      advice: "Use withLock { }, which releases it also when an error is thrown."),
    unit: .time
  ) { input in
    let insight = input.insight
    return insight.lockMisuses.compactMap { misuse in
      guard case .abandoned(let time) = misuse.kind else { return nil }
      return Finding(
        .resource(misuse.lock), key: misuse.lock, insight.text(of: misuse), value: time,
        began: insight.resource(misuse.lock)?.heldSince)
    }
  }

  static let foreignRelease = WarningCheck(
    kind: WarningKind(
      "lock-released-by-other", "lock released by another",
      means: "A task released a lock that another task held, which then was not alone.",
      foundBy: "each release of a lock",
      advice: "Use withLock { }, so that who takes a lock releases it."),
    unit: .count
  ) { input in
    let insight = input.insight
    return insight.lockMisuses.compactMap { misuse in
      guard case .released = misuse.kind else { return nil }
      return Finding(
        .resource(misuse.lock), key: misuse.lock, insight.text(of: misuse), value: 1)
    }
  }

  /// How long a lock may be held while others wait for it.
  static let holdLimit: Duration = .seconds(1)

  static let heldLock = WarningCheck(
    kind: WarningKind(
      "lock-held", "lock held long",
      means: "A task holds a lock for long while others wait for it.",
      foundBy: "locks held for more than 1s with somebody waiting",
      advice: "Await nothing slow while holding the lock: fetch first, then lock."),
    unit: .time
  ) { input in
    let insight = input.insight
    let limit = insight.snapshot.clock.ticks(holdLimit)
    return insight.snapshot.resources.compactMap { lock in
      let held = insight.snapshot.now -| lock.heldSince
      guard lock.kind == .lock, lock.holder != 0, lock.waiters > 0, held > limit,
        let holder = insight.task(lock.holder), !insight.isDeadlocked(holder)
      else { return nil }
      let name = insight.label(.resource(lock.id))
      return Finding(
        .resource(lock.id), key: lock.id,
        "\(name) by \(insight.label(.task(holder.id))), \(lock.waiters) wait",
        value: insight.nanoseconds(held), began: lock.heldSince)
    }
  }

  /// How long a task may go on after it was asked to stop.
  static let endLimit: Duration = .seconds(5)

  static let notEnding = WarningCheck(
    kind: WarningKind(
      "cancelled-not-ending", "cancelled, not ending",
      means: "A task was asked to stop and goes on: it doesn't look, or swallows the error.",
      foundBy: "tasks that live for more than 5s after they were cancelled",
      advice: "Let CancellationError through; look at Task.isCancelled in long loops."),
    unit: .time
  ) { input in
    let insight = input.insight
    let snapshot = insight.snapshot
    let limit = snapshot.clock.ticks(endLimit)
    return snapshot.tasks.lazy.filter { $0.flags.contains(.cancelled) }.prefix(1_000)
      .compactMap { task in
        guard let cancelled = snapshot.cancelled(task), snapshot.now -| cancelled > limit else {
          return nil
        }
        return Finding(
          .task(task.id), key: task.id,
          "\(insight.label(.task(task.id))), \(insight.stateAndWait(of: task))",
          value: insight.nanoseconds(snapshot.now -| cancelled), began: cancelled)
      }
  }
}

import AsyncTopBus

/// Something that was done to a lock and can hardly be meant.
public struct LockMisuse: Hashable, Sendable {
  /// What was done.
  public enum Kind: Hashable, Sendable {
    /// The task that holds it has ended, and has held it for so many nanoseconds.
    case abandoned(nanoseconds: UInt64)
    /// A task released it while another one held it.
    case released(by: UInt64)
  }

  /// The id of the lock.
  public let lock: UInt64
  /// What was done.
  public let kind: Kind
  /// The id of the task that holds it, or held it then.
  public let holder: UInt64
}

extension Insight {
  func findLockMisuses() -> [LockMisuse] {
    let locks = snapshot.resources.filter { $0.kind == .lock }
    let abandoned = locks.filter(isAbandoned).sorted { $0.heldSince < $1.heldSince }.map { lock in
      let time = nanoseconds(snapshot.now -| lock.heldSince)
      return LockMisuse(lock: lock.id, kind: .abandoned(nanoseconds: time), holder: lock.holder)
    }
    let released = locks.compactMap { lock in
      lock.misreleased.map { release in
        LockMisuse(lock: lock.id, kind: .released(by: release.by), holder: release.from)
      }
    }
    return abandoned + released
  }

  /// Whether the task that holds a lock has ended.
  ///
  /// The tables of a process that runs are copied one after the other, first that of the tasks. Who
  /// held the lock before that, and is not among them, has ended, if no table or event is missing.
  func isAbandoned(_ lock: ResourceRecord) -> Bool {
    guard lock.kind == .lock, lock.holder != 0, lock.heldSince < snapshot.now, !isScanned,
      snapshot.losses.tasks == 0, snapshot.losses.events == 0
    else { return false }
    guard let holder = task(lock.holder) else { return true }
    return holder.state == .ended
  }

  /// What was done, in words: `lock “ledger” is held by task 7, which has ended, for 3.0s`.
  public func text(of misuse: LockMisuse) -> String {
    let lock = label(.resource(misuse.lock))
    let holder = nameOfEnded(misuse.holder)
    return switch misuse.kind {
    case .abandoned(let time):
      "\(lock) is held by \(holder), which has ended, for \(CompactText.duration(time))"
    case .released(let task): "\(nameOfEnded(task)) released \(lock), which \(holder) held"
    }
  }
}

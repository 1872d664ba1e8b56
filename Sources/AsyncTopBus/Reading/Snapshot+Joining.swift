import CAsyncTopProbe

extension Snapshot {
  /// This snapshot with tasks that only another one of the same process has.
  ///
  /// For tasks from before a probe, which has not seen them yet: they come from a scan.
  ///
  /// - Parameters:
  ///   - other: The other snapshot; its clock may be another.
  ///   - ids: The tasks; those that this snapshot has stay as they are here.
  /// - Returns: A snapshot with those tasks at the end, and the groups that they own.
  package func joining(_ other: Snapshot, tasks ids: Set<UInt64>) -> Snapshot {
    let known = Set(tasks.lazy.map(\.id)).intersection(ids)
    func moment(_ ticks: UInt64) -> UInt64 {
      let ago = other.clock.monotonic(other.now) -| other.clock.monotonic(ticks)
      return now -| clock.ticks(.nanoseconds(Int64(clamping: ago)))
    }
    let added = other.tasks.filter { ids.contains($0.id) && !known.contains($0.id) }
    let owners = Set(added.lazy.map(\.id))
    return adding(
      added.map { $0.inOtherTables(moment) },
      other.groups.filter { owners.contains($0.parent) }.map { $0.inOtherTables(moment) },
      of: other)
  }

  /// The tables of the other snapshot that this one was joined with.
  @safe
  final class OtherTables: Sendable {
    let snapshot: Snapshot

    init(_ snapshot: Snapshot) {
      self.snapshot = snapshot
    }

    /// What stands for a number of those tables; 0 stays 0.
    static func number(_ number: UInt32) -> UInt32 { number == 0 ? 0 : number | 1 << 31 }

    /// The number in those tables; nil if it is one of this snapshot's.
    static func own(_ number: UInt32) -> UInt32? {
      number >> 31 == 0 ? nil : number & ~(1 << 31)
    }
  }
}

extension TaskRecord {
  /// Whether it was found by a scan in a process whose other tasks a probe reports: its times and
  /// counts are not known.
  public var isScanned: Bool { copy.origin.reserved != 0 }

  fileprivate func inOtherTables(_ moment: (UInt64) -> UInt64) -> TaskRecord {
    var copy = copy
    copy.origin.reserved = 1
    copy.task.since = moment(since)
    copy.origin.created = moment(created)
    return TaskRecord(copy: copy)
  }

  /// As the other tables have it.
  var inOwnTables: TaskRecord {
    var copy = copy
    copy.origin.reserved = 0
    return TaskRecord(copy: copy)
  }
}

extension GroupRecord {
  /// The ids of groups are counted by each that lists them.
  static let otherID: UInt64 = 1 << 63

  /// Whether it was found by a scan in a process whose other groups a probe reports.
  public var isScanned: Bool { id & Self.otherID != 0 }

  fileprivate func inOtherTables(_ moment: (UInt64) -> UInt64) -> GroupRecord {
    var copy = copy
    copy.id |= Self.otherID
    copy.created = moment(created)
    return GroupRecord(copy: copy, slot: slot | 1 << 31)
  }
}

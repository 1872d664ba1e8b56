public import CAsyncTopProbe
import AsyncTopLinux

extension Probe {
  /// Something that a task can wait for.
  public struct Resource: Sendable {
    /// Its id, also if the table has no room for it; 0 if nothing is reported.
    public let id: UInt64

    /// What a resource is.
    public typealias Kind = ResourceRecord.Kind

    /// Reports a new resource.
    ///
    /// - Parameters:
    ///   - kind: What it is.
    ///   - name: What people call it, of which 47 bytes are kept.
    ///   - site: Where it was made.
    public init(_ kind: Kind, name: String?, site: UInt32) {
      guard Probe.isOn else {
        id = 0
        return
      }
      if let name {
        id = unsafe tp_resource_created(kind.rawValue, site, name)
      } else {
        id = tp_resource_created(kind.rawValue, site, nil)
      }
    }

    /// A task holds it now, or with 0 none.
    ///
    /// - Parameters:
    ///   - task: The id of the task.
    ///   - other: The id of the task that has released it while another one held it; 0 for none.
    @inlinable @inline(__always)
    public func held(by task: UInt64, releasedBy other: UInt64 = 0) {
      if id != 0 { tp_resource_held(id, task, other) }
    }

    /// How full it is, and how many wait for it.
    ///
    /// - Parameters:
    ///   - depth: How many items, permits, parties or bytes.
    ///   - capacity: The most there can be; 0 for no limit.
    ///   - waiters: How many tasks wait.
    ///   - producers: How many of those wait for room in a queue.
    @inlinable @inline(__always)
    public func level(_ depth: Int, of capacity: Int, waiters: Int, producers: Int = 0) {
      guard id != 0 else { return }
      tp_resource_level(
        id, UInt32(clamping: depth), UInt32(clamping: capacity), UInt32(clamping: waiters),
        UInt32(clamping: producers))
    }

    /// How many bytes went in and out in all.
    @inlinable @inline(__always)
    public func bytes(in received: UInt64, out sent: UInt64) {
      if id != 0 { tp_resource_bytes(id, received, sent) }
    }

    /// A task is one of the several that it stands for.
    ///
    /// - Parameter task: The address of the native task, alive.
    @inlinable
    public func awaits(_ task: UnsafeRawPointer) { unsafe tp_task_awaited(task, id) }

    /// A task that it stood for is none of them any more.
    ///
    /// - Parameter task: The address of the native task, alive.
    @inlinable
    public func awaitsNoMore(_ task: UnsafeRawPointer) { unsafe tp_task_not_awaited(task, id) }

    /// Who holds it, and since when in nanoseconds of `CLOCK_MONOTONIC`.
    ///
    /// Nil if nobody does that the probe knows. Reads the clocks; not for hot paths.
    public var hold: (task: UInt64, since: UInt64)? {
      var since: UInt64 = 0
      let task = unsafe tp_resource_holder(id, &since)
      guard task != 0, let header = unsafe tp_own_region().header else { return nil }
      let clock = unsafe SessionClock(
        start: .init(
          ticks: header.pointee.start_ticks, nanoseconds: header.pointee.start_monotonic),
        anchor: .init(ticks: tp_ticks(), nanoseconds: SystemClock.monotonic),
        startRealtime: header.pointee.start_realtime)
      return (task, clock.monotonic(since))
    }

    /// It is no more.
    public func ended() {
      if id != 0 { tp_resource_ended(id) }
    }
  }
}

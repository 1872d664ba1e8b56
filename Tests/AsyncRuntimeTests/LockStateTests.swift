import AsyncRuntimeTesting
import AsyncTopBus
import Testing

@testable import AsyncRuntime

@Suite struct `Locks on the bus` {
  @Test func `a task that releases what another one holds is told`() {
    var lock = LockState()
    var woken = WokenWaiters()
    #expect(lock.acquire(by: 5, orPark: nil) == .passes)
    #expect(lock.release(by: 7, into: &woken))
    #expect(lock.occupancy.releasedBy == 7)
    #expect(lock.acquire(by: 6, orPark: nil) == .passes)
    #expect(lock.occupancy.releasedBy == 0, "once")
  }

  @Test func `a release by the holder, or by or of one that is no task, is none`() {
    for (holder, releaser) in [(5, 5), (0, 7), (5, 0)] as [(UInt64, UInt64)] {
      var lock = LockState()
      var woken = WokenWaiters()
      _ = lock.acquire(by: holder, orPark: nil)
      #expect(lock.release(by: releaser, into: &woken))
      #expect(lock.occupancy.releasedBy == 0, "\(holder) \(releaser)")
    }
  }

  @Test func `who released a lock that another task holds can be read from outside`() async throws {
    try await withVirtualTime {
      let lock = Lock(name: "ledger")
      let holder = createTask { try await lock.acquire() }
      try await holder.value
      func record() -> ResourceRecord? { OwnRegion()?.resource(lock.lot.resource.id) }
      guard let before = record() else { return }
      #expect(before.holder == holder.id)
      #expect(before.misreleased == nil)
      lock.release()
      #expect(record()?.misreleased?.by == currentTask()?.id)
      #expect(record()?.misreleased?.from == holder.id)
      try await lock.withLock {}
      #expect(record()?.misreleased?.from == holder.id, "it is remembered")
    }
  }
}

import AsyncTopLinux
import Synchronization
import Testing

@Suite struct `State that threads wait for` {
  @Test func `is waited for until another thread has changed it`() throws {
    let state = ConditionMutex(0)
    let thread = try BackgroundThread(name: "waits") {
      let found = state.wait { value in value == 3 ? value : nil }
      state.withLock { $0 = (found ?? 0) + 100 }
      state.wakeAll()
    }
    for value in 1...3 {
      state.withLock { $0 = value }
      state.wakeOne()
    }
    #expect(state.wait { value in value == 103 ? true : nil } == true)
    thread.join()
    thread.join()
  }

  @Test func `is looked at once more when the deadline has passed`() {
    let state = ConditionMutex(7)
    var looks = 0
    let found: Int? = state.wait(until: 1) { _ in
      looks += 1
      return nil
    }
    #expect(found == nil && looks == 2)
    #expect(state.wait(until: 1) { $0 } == 7)
  }

  @Test func `passes on what is thrown, and is unlocked then`() {
    let state = ConditionMutex(1)
    #expect(throws: Errno.busy) {
      try state.withLock { value throws(Errno) in
        value = 2
        throw Errno.busy
      }
    }
    #expect(state.withLock { $0 } == 2)
  }
}

import Testing

@testable import AsyncRuntime

@Suite struct `The phases of a loop` {
  private func after(_ steps: (inout EventLoop.Phase) -> Void) -> EventLoop.Phase {
    var phase = EventLoop.Phase.open
    steps(&phase)
    return phase
  }

  @Test func `a run begins and ends`() {
    #expect(after { $0.begin() } == .running)
    #expect(
      after {
        $0.begin()
        $0.end()
      } == .open)
  }

  @Test func `a run that was told to stop runs its last iteration`() {
    #expect(
      after {
        $0.begin()
        $0.stop()
        $0.stop()
      } == .stopping)
    #expect(EventLoop.Phase.stopping.isRunning)
  }

  @Test func `a loop that is told to stop before a run begins with its last iteration`() {
    #expect(
      after {
        $0.stop()
        $0.begin()
      } == .stopping)
    #expect(
      after {
        $0.stop()
        $0.begin()
        $0.end()
      } == .open)
  }

  @Test func `a closed loop has nothing to stop, and is open when it is used again`() {
    #expect(
      after {
        $0.stop()
        $0.close()
        $0.stop()
      } == .closed)
    #expect(
      after {
        $0.close()
        $0.reopen()
      } == .open)
  }

  #if DEBUG
    @Test func `any other step ends the program`() async {
      await #expect(processExitsWith: .failure) {
        var phase = EventLoop.Phase.closed
        phase.begin()
      }
      await #expect(processExitsWith: .failure) {
        var phase = EventLoop.Phase.running
        phase.begin()
      }
      await #expect(processExitsWith: .failure) {
        var phase = EventLoop.Phase.running
        phase.close()
      }
      await #expect(processExitsWith: .failure) {
        var phase = EventLoop.Phase.open
        phase.end()
      }
      await #expect(processExitsWith: .failure) {
        var phase = EventLoop.Phase.open
        phase.reopen()
      }
    }
  #endif
}

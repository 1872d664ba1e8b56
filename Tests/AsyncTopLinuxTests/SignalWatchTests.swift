import AsyncTopLinux
import Glibc
import TestFixtures
import Testing

/// One after the other: a signal's handler is the process's.
@Suite(.serialized) struct `A signal` {
  private let firstFree = __libc_current_sigrtmin()

  private func handler(of signal: CInt) -> UInt {
    var action = sigaction()
    unsafe sigaction(signal, nil, &action)
    return unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: UInt.self)
  }

  @Test func `that is watched is counted by each who watches it`() throws {
    let signal = firstFree + 3
    let before = handler(of: signal)
    do {
      let first = try SignalWatch(signal)
      let second = try SignalWatch(signal)
      OwnSignal.send(signal, times: 3)
      #expect(first.take() == 3 && second.take() == 3 && first.take() == 0)
      #expect(handler(of: signal) != before)
    }
    #expect(handler(of: signal) == before)
  }

  @Test func `that somebody handles is left to him, unless it may be replaced`() throws {
    let signal = firstFree + 4
    var action = sigaction()
    unsafe action.__sigaction_handler.sa_handler = { _ in }
    unsafe sigaction(signal, &action, nil)
    let theirs = handler(of: signal)
    #expect(throws: Errno.busy) { try SignalWatch(signal) }
    do {
      let watch = try SignalWatch(signal, replacesHandler: true)
      OwnSignal.send(signal)
      #expect(watch.take() == 1)
    }
    #expect(handler(of: signal) == theirs)
  }

  @Test func `that can't be handled, or is none, is refused`() {
    for signal in [SIGKILL, SIGSTOP, 0, -1, 1_000] {
      #expect(throws: Errno.invalidArgument) { try SignalWatch(signal) }
      #expect(!ProcessSignals.canBeHandled(signal))
    }
    #expect(ProcessSignals.exists(SIGKILL) && !ProcessSignals.exists(32))
    #expect(ProcessSignals.name(of: SIGTERM) == "TERM")
    #expect(ProcessSignals.name(of: firstFree + 2) == "RTMIN+2")
    #expect(ProcessSignals.name(of: 32) == "32")
  }

  @Test func `ends a wait of the poller without an event`() throws {
    let poller = try AsyncTopLinux.Poller()
    let counter = try EventCounter()
    let found = Found(poller: poller)
    try found.poller.addReader(counter.number, owner: 1)
    let count = try Interruption.of {
      found.poller.wait(nanoseconds: -1)
    } thenBy: {
    }
    #expect(count == 0)
  }

  /// A poller for a closure that another thread runs.
  ///
  /// 1. Whoever makes it adds descriptors before the other thread begins.
  /// 2. From then on only that thread waits.
  private final class Found: @unchecked Sendable {
    var poller: AsyncTopLinux.Poller

    init(poller: consuming AsyncTopLinux.Poller) { self.poller = poller }
  }
}

import Testing

@testable import AsyncRuntime

@Suite struct `Timer wheel` {
  /// Items that are numbers: the wheel never looks into them.
  ///
  /// Multiples of 4, not 0.
  private func item(_ number: Int) -> ReadyItem { ReadyItem(bits: UInt(number + 1) * 4) }
  private func number(_ item: ReadyItem) -> Int { Int(item.bits / 4) - 1 }

  @Test func `fires by deadline, and equal ones in the order of arming`() {
    var wheel = TimerWheel(now: 1_000)
    var random = SystemRandomNumberGenerator()
    let spans: [UInt64] = [1, 1 << 10, 1 << 20, 1 << 26, 1 << 32, 1 << 40, 1 << 55]
    var expected: [(deadline: UInt64, number: Int)] = []
    for number in 0..<5_000 {
      let span = spans[number % spans.count]
      let deadline = 1_000 + UInt64.random(in: 0...span, using: &random) / 64 * 64
      _ = wheel.arm(deadline, item(number))
      expected.append((deadline, number))
    }
    expected.sort { ($0.deadline, $0.number) < ($1.deadline, $1.number) }
    var fired: [Int] = []
    var moments = 0
    while let now = wheel.nextMoment {
      wheel.expire(now) { item, deadline in
        #expect(deadline <= now)
        fired.append(number(item))
      }
      moments += 1
    }
    #expect(fired == expected.map(\.number))
    #expect(wheel.count == 0)
    // A timer moves at most once for each level, then fires.
    #expect(moments < 9 * 5_000)
  }

  @Test func `never fires early, nor what was cancelled`() {
    var wheel = TimerWheel(now: 0)
    let ids = (0..<1_000).map { wheel.arm(UInt64($0) * 700_001, item($0)) }
    for (number, id) in ids.enumerated() where number % 3 == 0 {
      #expect(wheel.cancel(id).map(self.number) == number)
      #expect(wheel.cancel(id) == nil)
    }
    var fired: [Int] = []
    for now in stride(from: UInt64(0), through: 701_000_000, by: 333_333) {
      wheel.expire(now) { item, deadline in
        #expect(deadline <= now && now - deadline < 333_333)
        fired.append(number(item))
      }
    }
    #expect(fired == (0..<1_000).filter { $0 % 3 != 0 })
    #expect(ids.allSatisfy { wheel.cancel($0) == nil })
  }

  @Test func `keeps a timer at the end of time`() {
    var wheel = TimerWheel(now: 5)
    let id = wheel.arm(.max, item(1))
    wheel.expire(1 << 60) { _, _ in Issue.record("fired") }
    #expect(wheel.count == 1)
    #expect(wheel.cancel(id) != nil)
    #expect(wheel.nextMoment == nil)
  }

  @Test func `gives back all that is left`() {
    var wheel = TimerWheel(now: 0)
    let ids = (0..<100).map { wheel.arm(UInt64($0) << 18, item($0)) }
    _ = wheel.cancel(ids[1])
    #expect(Set(wheel.removeAll().map(number)) == Set(0..<100).subtracting([1]))
    #expect(wheel.count == 0)
    #expect(wheel.cancel(ids[2]) == nil)
  }
}

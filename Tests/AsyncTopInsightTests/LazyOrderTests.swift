import AsyncTopInsight
import Testing

@Suite struct `A lazy order` {
  struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ (state >> 33)
    }
  }

  /// The order as sorting everything gives it.
  func expected(_ keys: [UInt64], descending: Bool) -> [Int] {
    keys.indices.sorted {
      keys[$0] != keys[$1] ? (keys[$0] < keys[$1]) != descending : $0 < $1
    }
  }

  struct Keys: CustomTestStringConvertible {
    let testDescription: String
    let all: [UInt64]
  }

  static let shapes: [Keys] = {
    var generator = Generator(state: 11)
    let count = 2_000
    func keys(_ name: String, _ key: (Int) -> UInt64) -> Keys {
      Keys(testDescription: name, all: (0..<count).map(key))
    }
    return [
      keys("random") { _ in generator.next() }, keys("few") { _ in generator.next() % 5 },
      keys("ascending") { UInt64($0) }, keys("descending") { UInt64(count - $0) },
      keys("up and down") { UInt64(min($0, count - $0)) }, keys("equal") { _ in 3 },
      Keys(testDescription: "one", all: [1]), Keys(testDescription: "none", all: []),
    ]
  }()

  @Test(arguments: shapes, [false, true])
  func `settled rows are where sorting everything would put them`(shape: Keys, descending: Bool) {
    let keys = shape.all
    let expected = expected(keys, descending: descending)
    var generator = Generator(state: 5)
    var order = LazyOrder(count: keys.count, descending: descending) { keys[$0] }
    for _ in 0..<20 {
      let start = keys.isEmpty ? 0 : Int(generator.next() % UInt64(keys.count))
      let window = start..<min(keys.count, start + 40)
      order.settle(window)
      #expect(window.map { order[$0] } == Array(expected[window]))
    }
    // What was settled first is still in its place.
    order.settle(-10..<10)
    order.settle(keys.count - 5..<keys.count + 5)
    #expect((0..<min(10, keys.count)).map { order[$0] } == Array(expected.prefix(10)))
  }

  @Test(arguments: shapes) func `a row knows its place before it is settled`(shape: Keys) {
    let keys = shape.all
    let order = LazyOrder(count: keys.count, descending: true) { keys[$0] }
    let expected = expected(keys, descending: true)
    for place in stride(from: 0, to: keys.count, by: 191) {
      #expect(order.position(of: expected[place]) == place)
    }
    #expect(order.position(of: keys.count) == nil)
  }

  @Test func `rows without a key are left out`() {
    var order = LazyOrder(count: 10, descending: false) { $0 % 3 == 0 ? UInt64(10 - $0) : nil }
    order.settle(0..<10)
    #expect((0..<order.count).map { order[$0] } == [9, 6, 3, 0])
  }

  @Test func `a million rows are settled here and there`() {
    var generator = Generator(state: 3)
    let keys = (0..<1_000_000).map { _ in generator.next() % 100_000 }
    var order = LazyOrder(count: keys.count, descending: true) { keys[$0] }
    for start in [0, 999_950, 500_000] {
      order.settle(start..<start + 50)
      let window = (start..<start + 50).map { keys[order[$0]] }
      #expect(window == window.sorted(by: >))
      #expect(order.position(of: order[start]) == start)
    }
  }
}

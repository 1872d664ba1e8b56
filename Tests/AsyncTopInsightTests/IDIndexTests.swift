import AsyncTopInsight
import Testing

@Suite struct `An index of ids` {
  @Test func `finds what is there and nothing else`() {
    let ids: ContiguousArray<UInt64> = [7, 1, .max, 1 << 40, 9]
    let index = IDIndex(ids) { $0 }
    for (position, id) in ids.enumerated() { #expect(index.position(of: id) == position) }
    #expect(index.position(of: 2) == nil)
    #expect(index.position(of: 0) == nil)
  }

  @Test func `an id that stands twice finds the first`() {
    #expect(IDIndex([5, 6, 5] as ContiguousArray<UInt64>) { $0 }.position(of: 5) == 0)
  }

  @Test func `nothing has an index too`() {
    #expect(IDIndex([] as ContiguousArray<UInt64>) { $0 }.position(of: 1) == nil)
  }

  @Test(arguments: [1, 1 << 20, 1 << 32] as [UInt64])
  func `a million ids at even distances are found`(distance: UInt64) {
    let ids = ContiguousArray((1...1_000_000).map { UInt64($0) &* distance })
    let index = IDIndex(ids) { $0 }
    for position in stride(from: 0, to: ids.count, by: 997) {
      #expect(index.position(of: ids[position]) == position)
    }
    #expect(index.position(of: 1_000_001 &* distance) == nil)
  }
}

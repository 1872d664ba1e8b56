import AsyncTopInsight
import Testing

@Suite struct `Compact text` {
  @Test(arguments: [
    (0, "0"), (1, "1ns"), (850, "850ns"), (999, "999ns"), (1_000, "1.0µs"), (1_249, "1.2µs"),
    (9_949, "9.9µs"), (9_950, "10µs"), (999_499, "999µs"), (999_500, "1.0ms"), (45_000_000, "45ms"),
    (1_200_000_000, "1.2s"), (59_400_000_000, "59s"), (59_500_000_000, "1m 0s"),
    (184_000_000_000, "3m 4s"), (754_000_000_000, "12m"), (7_500_000_000_000, "2h 5m"),
    (43_200_000_000_000, "12h"), (273_600_000_000_000, "3d 4h"), (UInt64.max, "213503d"),
  ])
  func `a duration has at most six columns up to ten thousand days`(
    nanoseconds: UInt64, text: String
  ) {
    #expect(CompactText.duration(nanoseconds) == text)
  }

  @Test(arguments: [
    (0, "0"), (9_999, "9999"), (10_000, "10.0k"), (12_345, "12.3k"), (99_949, "99.9k"),
    (99_950, "100k"), (999_499, "999k"), (999_500, "1.0M"), (1_234_567, "1.2M"),
    (12_345_678, "12M"), (3_400_000_000, "3.4G"),
  ])
  func `a count has at most five columns`(count: UInt64, text: String) {
    #expect(CompactText.count(count) == text)
    #expect(text.count <= 5)
  }

  @Test(arguments: [
    (0, "0/s"), (0.04, "0/s"), (0.5, "0.5/s"), (3, "3/s"), (9.96, "10/s"), (12_345, "12.3k/s"),
  ])
  func `a rate is per second`(rate: Double, text: String) {
    #expect(CompactText.rate(rate) == text)
  }

  @Test func `a part that is not nothing is not written as nothing`() {
    #expect(CompactText.percent(0, of: 10) == "0%")
    #expect(CompactText.percent(1, of: 1_000) == "<1%")
    #expect(CompactText.percent(42, of: 100) == "42%")
    #expect(CompactText.percent(5, of: 0) == "0%")
  }

  @Test(arguments: [.max, .max - 1, .max - 1_000_000_000_000, 1 << 63, (1 << 63) - 1] as [UInt64])
  func `the greatest numbers have a text too`(number: UInt64) {
    #expect(CompactText.duration(number).hasSuffix("d"))
    #expect(CompactText.count(number).hasSuffix("T"))
    #expect(CompactText.bytes(number).hasSuffix("GB"))
    #expect(CompactText.percent(number, of: 1) == "100%")
    #expect(CompactText.percent(1, of: number) == "<1%")
    #expect(CompactText.percent(number, of: number) == "100%")
    for rate in [Double(number), .infinity, .nan, -.infinity, .greatestFiniteMagnitude] {
      #expect(CompactText.rate(rate).hasSuffix("/s"))
    }
  }

  @Test func `bytes are counted in thousands`() {
    #expect(CompactText.bytes(999) == "999B")
    #expect(CompactText.bytes(1_234) == "1.2kB")
    #expect(CompactText.bytes(3_400_000) == "3.4MB")
  }
}

import Testing

@testable import AsyncTopDashboard

@Suite struct `What a program writes` {
  private func lines(_ text: String...) -> [String] {
    var output = OutputLines()
    for part in text { output.append(part.utf8) }
    return (output.first..<output.end).map { output[$0] ?? "nothing" }
  }

  @Test func `lines are kept, also one that has no end yet`() {
    #expect(lines("one\ntwo\r\nthr", "ee") == ["one", "two", "three"])
    #expect(lines("\n\n") == ["", ""])
    #expect(lines() == [])
  }

  @Test func `what it does with the terminal besides is left out`() {
    #expect(
      lines("\u{1B}[1;31mred\u{1B}[0m \u{1B}]0;title\u{7}x\u{1B}(By\u{1B}Pq\u{1B}\\z") == [
        "red xyz"
      ])
    #expect(lines("a\u{1B}", "[3", "2mb") == ["ab"])
    #expect(lines("10%\r20%\r\n") == ["20%"])
    #expect(lines("ab\u{8}c\u{0}\u{7F}") == ["ac"])
    #expect(lines("ä\u{8}o") == ["o"])
    #expect(lines("a\tb") == ["a       b"])
  }

  @Test func `so much is kept and no more`() {
    var output = OutputLines()
    for number in 0..<25_000 { output.append("\(number)\n".utf8) }
    #expect(output.first == 15_000)
    #expect(output.end == 25_000)
    #expect(output[14_999] == nil)
    #expect(output[15_000] == "15000")
    #expect(output[24_999] == "24999")
    output.append(String(repeating: "x", count: 10_000).utf8)
    #expect(output[25_000]?.utf8.count == OutputLines.widthLimit)
    for _ in 0..<2_000 { output.append((String(repeating: "y", count: 5_000) + "\n").utf8) }
    #expect((output.end - output.first) * OutputLines.widthLimit <= OutputLines.byteLimit + 4096)
  }

  @Test func `the last lines are shown, and those before after scrolling back`() {
    var output = OutputLines()
    for number in 0..<100 { output.append("\(number)\n".utf8) }
    var pane = OutputPane()
    #expect(pane.lines(of: output, rows: 10) == 90..<100)
    pane.scroll(by: -5, of: output, rows: 10)
    #expect(pane.lines(of: output, rows: 10) == 85..<95)
    output.append("more\n".utf8)
    #expect(pane.lines(of: output, rows: 10) == 85..<95)
    pane.scroll(by: .min, of: output, rows: 10)
    #expect(pane.lines(of: output, rows: 10) == 0..<10)
    pane.scroll(by: .max, of: output, rows: 10)
    #expect(pane.end == nil)
    #expect(pane.lines(of: output, rows: 10) == 91..<101)
    #expect(pane.lines(of: OutputLines(), rows: 10) == 0..<0)
  }
}

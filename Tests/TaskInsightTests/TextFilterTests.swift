import TaskInsight
import Testing

@Suite struct `A text filter` {
  @Test func `case does not matter, also beyond ASCII`() {
    #expect(TextFilter("fetch").matches("ReFETCHed"))
    #expect(TextFilter("STRASSE").matches("Hauptstrasse 3"))
    #expect(TextFilter("ÄPFEL").matches("zwei äpfel"))
    #expect(!TextFilter("fetch").matches("fetc"))
  }

  @Test func `an empty filter is empty, and finds no part`() {
    #expect(TextFilter("").isEmpty)
    #expect(TextFilter("").range(in: "text") == nil)
  }

  @Test func `the part that was found is known`() {
    #expect(TextFilter("etch").range(in: "fetch it") == 1..<5)
  }
}

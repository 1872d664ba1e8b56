import Testing

@Suite struct `Scrubbing` {
  private func code(_ text: String, isSwift: Bool = true) -> String {
    Scrubber.scrub(text, isSwift: isSwift).code.split(separator: " ").joined(separator: " ")
  }

  @Test func `a comment is no code`() {
    #expect(code("a // b\nc") == "a \nc")
    #expect(code("a /* b /* c */ d */ e") == "a e")
    #expect(code("a /* b /* c */ d", isSwift: false) == "a d")
    #expect(Scrubber.scrub("a // b").comments == "  // b")
  }

  @Test func `what a string holds is no code`() {
    #expect(code(#"f("x // \" y", b)"#) == #"f(" ", b)"#)
    #expect(code("f(\"\"\"\n  a \"quoted\" }\n  \"\"\") {") == "f(\"\"\"\n \n \"\"\") {")
    #expect(code(##"f(#"a "b" \n"#, c)"##) == ##"f(#" "#, c)"##)
    #expect(code("'\"' + a", isSwift: false) == "' ' + a")
    #expect(code("f(\"never ended\ng()") == "f(\" \ng()")
  }

  @Test func `what a string interpolates is code`() {
    #expect(code(#"f("a \(b(c) + "d") e", f)"#) == #"f(" (b(c) + " ") ", f)"#)
  }

  @Test func `a name in backticks is one word`() {
    #expect(code("func `a // \"b` () {") == "func `a_____b` () {")
  }

  @Test func `lines and columns stay`() {
    let text = "let a = \"b\" // c\n/* d */ let e\n"
    let scrubbed = Scrubber.scrub(text)
    #expect(scrubbed.code.utf8.count == text.utf8.count)
    #expect(scrubbed.code == "let a = \" \"     \n        let e\n")
  }
}

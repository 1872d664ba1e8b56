import Testing

@Suite struct `Sizes` {
  private func function(lines: Int, head: String = "func f() {") -> String {
    head + "\n" + String(repeating: "  work()\n", count: lines - 2) + "}\n"
  }

  private func bodies(_ text: String, path: String = "Sources/A/A.swift") -> [[Int]] {
    FunctionBodies.find(in: SourceFile(path, text)).map { [$0.line, $0.lineCount] }
  }

  @Test func `a file has four hundred lines`() {
    let lines = String(repeating: "func f() {}\n", count: 400)
    #expect(SizeRules.file(SourceFile("A.swift", lines)).isEmpty)
    #expect(SizeRules.file(SourceFile("A.swift", lines + "f()\n")).map(\.line) == [401])
  }

  @Test func `a line has a hundred columns`() {
    let line = String(repeating: "é", count: 100)
    #expect(SizeRules.columns(SourceFile("A.c", "\(line)\n")).isEmpty)
    #expect(SizeRules.columns(SourceFile("A.c", "\n\(line)e\n")).map(\.line) == [2])
  }

  @Test(arguments: [
    "func f() {", "init?(a: Int) {", "deinit {", "subscript(i: Int) -> Int {",
    "var total: Int {", "static func == (a: A, b: A) -> Bool {",
    "@Test func `a name with func and { in it`() {",
  ])
  func `a function has fifty lines`(head: String) {
    let good = SourceFile("Sources/A/A.swift", function(lines: 50, head: head))
    let bad = SourceFile("Sources/A/A.swift", "\n" + function(lines: 51, head: head))
    #expect(SizeRules.functions(good).isEmpty)
    #expect(SizeRules.functions(bad).map(\.line) == [2])
  }

  @Test func `a type, a closure and a value are no functions`() {
    #expect(bodies("struct A {\n  var b = C.init {\n  }\n  let c = f { $0 }\n}\n") == [])
  }

  @Test func `what a string or a comment holds opens nothing`() {
    #expect(bodies("func f() {\n  // }\n  g(\"}\")\n}\n") == [[1, 4]])
  }

  @Test func `functions lie in functions`() {
    #expect(
      bodies("protocol P {\n  func a()\n  var b: Int { get }\n}\nfunc c() {\n  func d() {\n  }\n}")
        == [[3, 1], [5, 4], [6, 2]])
  }

  @Test func `a signature counts`() {
    #expect(bodies("func f(\n  a: Int,\n  b: Int\n) {\n}\n") == [[1, 5]])
  }

  @Test func `functions of C are found`() {
    let text = """
      #define X(a) { a }
      struct s { int a; };
      static const int t[] = { 1, 2 };
      static int
      f(int a)
      {
        if (a) { return 1; }
        return '{';
      }
      """
    #expect(bodies(text, path: "Sources/A/a.c") == [[4, 6]])
  }
}

import Testing

@testable import Symbolication

@Suite struct `Function names` {
  @Test(arguments: [
    ("$s2td4DemoV4mainyyYaFZ", "static Demo.main()"),
    ("$s2td4DemoV5$mainyyYaFZTQ0_", "static Demo.main()"),
    ("$s2td6WorkerC3runyyYaF", "Worker.run()"),
    ("$s2td6WorkerC3runyyYaFTQ1_", "Worker.run()"),
    ("$s2td6WorkerC3runyyYaFTY0_", "Worker.run()"),
    ("$s2td6WorkerC3runyyYaFyyYacfU_", "closure #1 in Worker.run()"),
    ("$s2td6WorkerC3runyyYaFyyYacfU_TATQ0_", "closure #1 in Worker.run()"),
    ("$s2td4workyS2iYaF", "work(_:)"),
    ("async_MainTQ1_", "main"),
    ("epoll_wait", "epoll_wait"),
  ])
  func `a linker's name becomes what was written`(mangled: String, simplified: String) {
    #expect(FunctionName(mangled: mangled).simplified == simplified)
  }

  @Test(arguments: [
    (
      "td.Worker.gen<A where A: Swift.Sequence, A.Element: Swift.Sendable>(A) async -> ()",
      "Worker.gen(_:)"
    ),
    (
      "td.(secret in _1F33)(_: Swift.Int, by: [Swift.Int : (Swift.Int) -> ()]) throws -> ()",
      "secret(_:by:)"
    ),
    ("td.Worker.n.getter : Swift.Int", "Worker.n.getter"),
    ("static td.Point.< infix(td.Point, td.Point) -> Swift.Bool", "static Point.<(_:_:)"),
    ("td.Suite.`a name. of for (words`(by: Swift.Int) -> ()", "Suite.`a name. of for (words`(by:)"),
    ("td.Worker.__deallocating_deinit", "Worker.deinit"),
    (
      "closure #2 (Swift.Int) -> () in closure #1 () async -> () in td.f<A>(A) -> ()",
      "closure #2 in closure #1 in f(_:)"
    ),
    ("inner #1 (value: Swift.Int) -> () in td.main() -> ()", "inner(value:) in main()"),
    ("generic specialization <Swift.Int> of td.Box.put(A) -> ()", "Box.put(_:)"),
    (
      "function signature specialization <Arg[0] = Dead> of static td.Demo.f() async -> ()",
      "static Demo.f()"
    ),
    ("merged td.Worker.run() async -> ()", "Worker.run()"),
    (
      "protocol witness for td.Job.run() -> () in conformance td.Worker : td.Job in td", "Job.run()"
    ),
  ])
  func `a long name becomes short`(full: String, simplified: String) {
    var parser = FunctionNameParser(full)
    #expect(parser.parse() == simplified)
    #expect(parser.module == "td")
  }

  @Test func `an extension belongs to the module that wrote it`() {
    var parser = FunctionNameParser("(extension in td):Swift.Array.total() -> A")
    #expect(parser.parse() == "Array.total()")
    #expect(parser.module == "td")
  }

  @Test func `a copy of the standard library stays the standard library's`() {
    var parser = FunctionNameParser(
      "static (extension in Swift):Swift.Task< where B == Swift.Never>.detached(name: "
        + "Swift.String?, operation: __owned @isolated(any) () async -> A) -> Swift.Task<A, B>")
    #expect(parser.parse() == "static Task.detached(name:operation:)")
    #expect(parser.module == "Swift")
    #expect(!parser.isThunk)
  }

  @Test(arguments: [
    "partial apply forwarder for closure #1 () async -> () in td.Worker.run() async -> ()",
    "reabstraction thunk helper <A> from @escaping () -> (@out A) to @escaping () -> (A)",
    "(1) await resume partial function for reabstraction thunk helper from () -> () to () -> ()",
    "dispatch thunk of td.Worker.run() -> ()",
  ])
  func `what the compiler made up to call another is a thunk`(full: String) {
    var parser = FunctionNameParser(full)
    _ = parser.parse()
    #expect(parser.isThunk)
  }

  @Test func `damaged names are survived`() {
    var generator = SeededGenerator(seed: 11)
    let alphabet = Array("<>()[]-. :#,in closure of for 19_".utf8)
    for _ in 0..<5_000 {
      let length = Int.random(in: 0..<60, using: &generator)
      let bytes = (0..<length).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
      var parser = FunctionNameParser(String(decoding: bytes, as: UTF8.self))
      #expect(parser.parse().utf8.count <= 2 * length + 20)
    }
    var mangled = Array("$s2td6WorkerC3runyyYaFyyYacfU_TATQ0_".utf8)
    for _ in 0..<5_000 {
      mangled[Int.random(in: 2..<mangled.count, using: &generator)] =
        Array("$stdWorkerC0123yYaFcfU_TAQZVKO".utf8).randomElement(using: &generator) ?? 0
      #expect(!FunctionName(mangled: String(decoding: mangled, as: UTF8.self)).full.isEmpty)
    }
  }
}

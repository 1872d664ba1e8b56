import Testing

@testable import AsyncTopSymbols

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
    ("$s2td4work_2by4withySi_S2itF", "work(_:by:with:)"),
    ("$s2td6secret33_1F33ABCDEF0123456789ABCDEF012345LLyyF", "secret()"),
    (
      "$s12AsyncRuntime11FileSendingV12sendByKernel33_43191AEF29F336E223557C976AB5A3B8LL2toyx_"
        + "tYaKAA0C4SinkRzlFTQ1_", "FileSending.sendByKernel(to:)"
    ),
    ("$s2td6WorkerC1nSivg", "Worker.n.getter"),
    ("$s2td6WorkerCACycfC", "Worker.init()"),
    ("$s2td6WorkerC4nameACSS_tcfc", "Worker.init(name:)"),
    ("$s2td6WorkerCfD", "Worker.deinit"),
    ("$s2td6WorkerCyS2icig", "Worker.subscript.getter"),
    ("$s2td5PointV1loiySbAC_ACtFZ", "static Point.<(_:_:)"),
    ("$s2td4mainyyF5innerL_5valueySi_tF", "inner(value:) in main()"),
    ("$sSa2tdE5totalxyF", "Array.total()"),
    ("$s2td3BoxV3putyyxFSi_Tg5", "Box.put(_:)"),
    ("$s2td3BoxV3putyyxFTm", "Box.put(_:)"),
    ("$s2td6WorkerCAA3JobA2aDP3runyyFTW", "Job.run()"),
    ("$sScTss5NeverORs_rlE8detached", "$sScTss5NeverORs_rlE8detached"),
    ("async_MainTQ1_", "main"),
    ("epoll_wait", "epoll_wait"),
    (
      "$s1a1AV5crawl33_EFF83A1F47B777EA672D48C97C71346FLL_2inyx_SStYaKSciRzlFScSySiG_Tg5"
        + "Tf4ndd_nTQ1_",
      "A.crawl(_:in:)"
    ),
    (
      "$s1a1AV3run33_EFF83A1F47B777EA672D48C97C71346FLL4nameySS_tYaKFTf4nd_nTQ10_",
      "A.run(name:)"
    ),
    (
      "$s3App7letters5countScSy7NIOCore10ByteBufferVGSi_tFyScS12ContinuationVyAF_GXEfU_SiTf3np"
        + "Si40_nTm", "closure #1 in letters(count:)"
    ),
    (
      "_ZN5swift9AsyncTask14completeFutureEPNS_12AsyncContextE",
      "swift::AsyncTask::completeFuture"
    ),
    ("_ZL16completeTaskImplPN5swift9AsyncTaskEPNS_12AsyncContextE", "completeTaskImpl"),
    ("_ZNKSt6vectorIiE4sizeEv", "std::vector"),
    ("_ZN12_GLOBAL__N_116DefaultActorImpl6unlockEb", "(anonymous)::DefaultActorImpl::unlock"),
    ("_Z", "_Z"), ("_ZN", "_ZN"), ("_ZN99x", "_ZN99x"),
  ])
  func `a linker's name becomes what was written`(mangled: String, simplified: String) {
    #expect(FunctionName(mangled: mangled).simplified == simplified)
  }

  @Test func `an extension belongs to the module that wrote it`() {
    #expect(FunctionName(mangled: "$sSa2tdE5totalxyF").module == "td")
    #expect(FunctionName(mangled: "$sSTsE6sortedSay7ElementQzGyF").module == "Swift")
  }

  @Test(arguments: [
    "$s2td6WorkerC3runyyYaFyyYacfU_TA", "$s2td6WorkerCAA3JobA2aDP3runyyFTW",
    "$s2td6WorkerC3runyyFTj", "$s2td6WorkerCMa", "$sIeg_ytIegr_TR",
  ])
  func `what the compiler made up to call another is a thunk`(mangled: String) {
    #expect(FunctionName(mangled: mangled).isThunk)
  }

  /// The runtime has a demangler, too, which is another way to the same names.
  ///
  /// What its text doesn't tell apart, and what is no function, is left out.
  @Test func `the functions of a real program have the names that the runtime gives them`() throws {
    let table = try SymbolTable(ELFFile(path: "/proc/self/exe"))
    var names: Set<String> = []
    for function in table.functions {
      if let name = table.name(of: function), name.hasPrefix("$s") { names.insert(name) }
    }
    var differing: [String] = []
    var refused: [String] = []
    for name in names {
      guard let full = RuntimeDemangler.demangle(name) else { continue }
      if MangledNameParser.parse(name) == nil { refused.append(name) }
      let unlike = [" : ", " and ", "$s", ">", "accessor", "witness", "one-time"]
      guard !unlike.contains(where: { full.contains($0) }) else { continue }
      var text = DemangledText(full)
      let expected = text.parse()
      if FunctionName(mangled: name).simplified != expected.withPlainSpaces {
        differing.append(name)
      }
    }
    #expect(names.count > 500)
    #expect(refused.count <= names.count / 100, "\(refused.sorted())")
    #expect(differing.count <= names.count / 100, "\(differing.sorted())")
  }
}

extension String {
  fileprivate var withPlainSpaces: String { String(map { $0 == "\u{a0}" ? " " : $0 }) }
}

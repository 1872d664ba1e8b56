import Foundation
import TestFixtures
import Testing

@testable import AsyncTopSymbols

/// A program that was replaced while it runs, as by every deployment.
@Suite struct `Rebuilt programs` {
  private static let before = """
    #include <unistd.h>
    volatile int sink;
    void landmark(void) {
      sink = 1;
    }
    int main(void) { pause(); landmark(); return 0; }
    """

  private static let after = """
    #include <unistd.h>
    volatile int sink;
    void first(void) { sink = 2; sink = 3; sink = 4; sink = 5; sink = 6; }
    void landmark(void) {
      first();
      first();
    }
    int main(void) { pause(); landmark(); return 1; }
    """

  /// A running program, and where its landmark is.
  private struct Running {
    let program: CompiledProgram
    let child: Child
    let modules: [LoadedModule]
    let address: UInt64

    init(options: [String] = ["-g", "-O1"]) throws {
      program = try CompiledProgram(before, options: options)
      address = try program.address(of: "landmark")
      child = try Child([program.path])
      let (id, path) = (child.id, program.path)
      modules = try Waiting.answer("the program is not in its memory") {
        let modules = try? LoadedModule.modules(ofProcess: id)
        return modules?.contains { $0.path == path } == true ? modules : nil
      }
    }

    func location(_ search: SymbolSearch) -> SymbolizedAddress? {
      Symbolizer(modules: modules, search: search).locations(of: address).first
    }
  }

  @Test(arguments: [[], ["-Wl,--build-id=none"]])
  func `a replaced program shows the lines it was built from`(options: [String]) throws {
    let running = try Running(options: ["-g", "-O1"] + options)
    try running.program.compile(Self.after, options: ["-g", "-O1"] + options)
    let location = try #require(running.location(SymbolSearch(.process(running.child.id))))
    #expect(location.function == "landmark")
    #expect(location.line == 4)
  }

  @Test func `a removed program shows its lines`() throws {
    let running = try Running()
    try FileManager.default.removeItem(atPath: running.program.path)
    let location = try #require(running.location(SymbolSearch(.process(running.child.id))))
    #expect(location.function == "landmark")
    #expect(location.line == 4)
  }

  @Test(arguments: [true, false])
  func `once it has ended, the new file is not taken for the old one`(isReplaced: Bool) throws {
    let running = try Running()
    if isReplaced { try running.program.compile(Self.after) }
    running.child.send(SIGKILL)
    try running.child.wait()
    for search in [SymbolSearch(.process(running.child.id)), SymbolSearch(.thisMachine)] {
      let location = try #require(running.location(search))
      if isReplaced {
        #expect(location.function == "program+0x\(String(running.address, radix: 16))")
        #expect(location.line == nil)
        #expect(location.problem?.code == .otherBuild)
        #expect(location.problem?.description.contains(running.program.path) == true)
      } else {
        #expect(location.line == 4)
      }
    }
  }

  @Test func `without a build ID, nothing vouches for a file once the program has ended`() throws {
    let running = try Running(options: ["-g", "-Wl,--build-id=none"])
    running.child.send(SIGKILL)
    try running.child.wait()
    let location = try #require(running.location(SymbolSearch(.thisMachine)))
    #expect(location.function.hasPrefix("program+0x"))
    #expect(location.problem?.code == .notFound || location.problem?.code == .unidentified)
  }

  @Test func `the paths of a recording are not opened`() throws {
    let running = try Running()
    let location = try #require(running.location(SymbolSearch(.elsewhere)))
    #expect(location.function.hasPrefix("program+0x"))
    #expect(location.problem?.code == .notFound)
    let named = SymbolSearch(.elsewhere, folders: [running.program.folder])
    #expect(try #require(running.location(named)).line == 4)
    try running.program.compile(Self.after)
    #expect(try #require(running.location(named)).problem?.code == .otherBuild)
  }

  @Test(arguments: [SymbolSearch(.thisMachine), SymbolSearch(.process(getpid()))])
  func `a module that is a named pipe is left alone`(search: SymbolSearch) throws {
    let path = NSTemporaryDirectory() + "pipe-\(UUID().uuidString)"
    try #require(unsafe mkfifo(path, 0o600) == 0)
    defer { unsafe unlink(path) }
    let module = LoadedModule(path: path, loadBias: 0, range: 0x1000..<0x2000, buildID: [1, 2, 3])
    let symbolizer = Symbolizer(modules: [module], search: search)
    #expect(symbolizer.locations(of: 0x1800).first?.problem?.code == .notFound)
  }
}

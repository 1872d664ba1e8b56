import Glibc
import Synchronization
import Testing
@testable import AsyncTopSymbols

/// A function with a C name, for a test that looks for it.
@_cdecl("symbolication_landmark")
func landmark() -> Int32 { 7 }

/// Where the calls on the stack return to, the innermost first.
@inline(never)
private func returnAddresses() -> [UInt64] {
  typealias Backtrace = @convention(c) (UnsafeMutablePointer<UInt>, Int32) -> Int32
  let backtrace = unsafe unsafeBitCast(dlsym(nil, "backtrace"), to: Backtrace.self)
  var frames = [UInt](repeating: 0, count: 16)
  let count = unsafe Int(backtrace(&frames, 16))
  return frames.prefix(count).map { UInt64($0) }
}

@Suite struct `Symbolizing` {
  let symbolizer: Symbolizer

  init() throws {
    symbolizer = Symbolizer(
      modules: try LoadedModule.modules(ofProcess: getpid()),
      search: SymbolSearch(.process(getpid())))
  }

  private var landmarkAddress: UInt64 {
    let function: @convention(c) () -> Int32 = landmark
    return unsafe UInt64(unsafeBitCast(function, to: UInt.self))
  }

  @Test func `a C function of this process has its name`() throws {
    let location = try #require(symbolizer.resolve(landmarkAddress))
    #expect(location.function == "symbolication_landmark")
    #expect(location.offset == 0)
    #expect(!location.isRuntime)
    #expect(symbolizer.problems.isEmpty)
  }

  @Test func `a library that is loaded later is found when an address lies in it`() throws {
    // Part of the C library, for programs of another age only.
    let name = "libBrokenLocale.so.1"
    #expect(unsafe dlopen(name, RTLD_NOW | RTLD_NOLOAD) == nil)
    let looks = Atomic(0)
    let symbolizer = Symbolizer(
      modules: try LoadedModule.modules(ofProcess: getpid()),
      search: SymbolSearch(.process(getpid())),
      laterModules: {
        looks.add(1, ordering: .relaxed)
        return (try? LoadedModule.modules(ofProcess: getpid(), besides: $0)) ?? []
      })
    #expect(symbolizer.resolve(landmarkAddress) != nil)
    #expect(symbolizer.resolve(0x1234) == nil)
    #expect(symbolizer.resolve(0x1238) == nil)
    #expect(looks.load(ordering: .relaxed) == 1, "once for a page that is nobody's")
    let library = unsafe dlopen(name, RTLD_NOW)
    let function = unsafe UInt64(UInt(bitPattern: dlsym(library, "__ctype_get_mb_cur_max")))
    let location = try #require(symbolizer.resolve(function))
    #expect(location.function == "__ctype_get_mb_cur_max")
    #expect(location.module == name)
    #expect(looks.load(ordering: .relaxed) == 2)
  }

  @Test func `a return address has the line of the call`() throws {
    let (stack, line) = (returnAddresses(), #line)
    let location = try #require(
      stack.lazy.compactMap { symbolizer.resolve($0, isReturnAddress: true) }
        .first { !$0.function.hasPrefix("returnAddresses") })
    #expect(location.function.hasSuffix("has the line of the call`()"))
    #expect(location.file == #filePath)
    #expect(location.line == line)
  }

  @Test func `an address of the runtime is known as such`() throws {
    let retain = unsafe UInt64(UInt(bitPattern: dlsym(nil, "swift_retain")))
    let location = try #require(symbolizer.resolve(retain))
    #expect(location.isRuntime)
    #expect(location.module == "libswiftCore.so")
    #expect(location.line == nil)
  }

  @Test func `a literal is read from the file`() {
    let literal: StaticString = #fileID
    let address = unsafe UInt64(UInt(bitPattern: literal.utf8Start))
    let text = "AsyncTopSymbolsTests/SymbolizerTests.swift"
    #expect(symbolizer.string(at: address, maxLength: 256) == text)
    #expect(symbolizer.string(at: address, maxLength: text.utf8.count) == nil)
  }

  @Test func `an address in no module is nothing`() {
    #expect(symbolizer.resolve(0) == nil)
    #expect(symbolizer.resolve(0, isReturnAddress: true) == nil)
    #expect(symbolizer.resolve(16) == nil)
    #expect(symbolizer.resolve(.max) == nil)
    #expect(symbolizer.string(at: .max, maxLength: 8) == nil)
  }

  @Test func `another build is refused, and said`() throws {
    let modules = try LoadedModule.modules(ofProcess: getpid()).map { module in
      LoadedModule(
        path: module.path, loadBias: module.loadBias, range: module.range, buildID: [1, 2, 3])
    }
    let symbolizer = Symbolizer(modules: modules, search: SymbolSearch(.process(getpid())))
    // Only a file that has a build id can be told from another.
    let retain = unsafe UInt64(UInt(bitPattern: dlsym(nil, "epoll_wait")))
    #expect(symbolizer.resolve(retain) == nil)
    #expect(symbolizer.problems.map(\.code) == [.otherBuild])
    let location = try #require(symbolizer.locations(of: retain).first)
    #expect(location.function.hasPrefix("libc.so.6+0x"))
    #expect(location.problem?.code == .otherBuild)
  }

  @Test func `a missing file is a problem, not an end`() {
    let module = LoadedModule(
      path: "/nonexistent/app", loadBias: 0, range: 0x1000..<0x2000, buildID: [1, 2, 3])
    let symbolizer = Symbolizer(modules: [module], search: SymbolSearch(.thisMachine))
    #expect(symbolizer.resolve(0x1800) == nil)
    #expect(symbolizer.problems.map(\.code) == [.notFound])
    #expect(symbolizer.problems.first?.description.contains("/nonexistent/app") == true)
  }
}

extension Symbolizer {
  /// Takes whatever is at the paths of the modules.
  convenience init(trusting modules: [LoadedModule]) {
    self.init(modules: modules) { (module) throws(SymbolicationError) in
      ModuleFiles(main: try ELFFile(path: module.path))
    }
  }
}

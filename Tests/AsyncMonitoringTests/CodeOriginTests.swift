import AsyncTopBus
import Testing

@testable import AsyncMonitoring
@testable import AsyncTopSymbols

@Suite struct `Whose code a place is` {
  private let origins = CodeOrigins(
    executable: "/srv/app/.build/release/my-server", libraries: ["Shared", "Vendored/", "/kit/"])

  /// The origin of code in the executable; `function` is as the linker has it.
  private func origin(
    _ file: String?, _ function: String = "$s6Server3runyyYaF",
    in path: String = "/srv/app/.build/release/my-server"
  ) -> CodeOrigin {
    let module = LoadedModule(path: path, loadBias: 0, range: 0..<1)
    var location = SymbolizedAddress(
      FunctionName(mangled: function), in: module, offset: 0, isInlined: false,
      runtime: RuntimeCode(
        modules: FunctionName.standardModules.union(CodeOrigins.ownModules)))
    location.set(file.map { SourceLine(file: $0, line: 1, column: 1) })
    return origins.origin(of: location, in: path)
  }

  @Test(arguments: [
    "/srv/app/Sources/Server/Run.swift", "/home/me/libraries/mine/Sources/Mine/Mine.swift",
    "/srv/app/.build/plugins/outputs/app/Server/destination/Plugin/Made.swift",
  ])
  func `sources are the program's own`(file: String) {
    #expect(origin(file) == .user)
  }

  @Test(arguments: [
    "/srv/app/.build/checkouts/swift-nio/Sources/NIOCore/Channel.swift",
    "/srv/app/.build/registry/downloads/apple/nio/2.0.0/Sources/NIOCore/Channel.swift",
    "/srv/app/.build/plugins/outputs/swift-protobuf/Target/destination/Plugin/Made.swift",
    "/srv/app/Vendored/Thing.swift", "/elsewhere/kit/Kit.swift",
  ])
  func `those of what it depends on are not`(file: String) {
    #expect(origin(file) == .dependency)
  }

  @Test func `a module that the user names is a library`() {
    #expect(origin("/srv/app/Sources/Shared/A.swift", "$s6Shared3runyyYaF") == .dependency)
    #expect(origin(nil, "$s6Shared3runyyYaF") == .dependency)
  }

  @Test func `the toolchain's and ours are the runtime's`() {
    #expect(origin("/swift-source/swift/stdlib/public/Concurrency/Task.swift") == .runtime)
    #expect(origin("/srv/app/Sources/Server/Run.swift", "$sScT5sleep3foryx_tYaKFZ") == .runtime)
    #expect(origin("/up/asynctop/Sources/A.swift", "$s12AsyncRuntime5sleepyyYaKF") == .runtime)
    #expect(origin(nil, "epoll_wait", in: "/lib/x86_64-linux-gnu/libc.so.6") == .runtime)
    #expect(origin(nil, in: "/opt/swift/usr/lib/swift/linux/libFoundation.so") == .runtime)
  }

  @Test func `what the compiler makes up is nobody's`() {
    #expect(origin("/srv/app/Sources/Server/<compiler-generated>") == .compiler)
    #expect(origin("/srv/app/Sources/Server/Run.swift", "$s6Server3runyyYaFTA") == .compiler)
  }

  @Test func `without debug information the module decides, or nothing does`() {
    #expect(origin(nil, "$s9my_server3runyyYaF") == .user)
    #expect(origin(nil, "main") == .unknown)
    #expect(origin(nil, "$s7NIOCore3runyyYaF") == .unknown)
  }
}

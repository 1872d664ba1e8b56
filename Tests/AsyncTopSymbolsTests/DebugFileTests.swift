import Foundation
import Testing

@testable import AsyncTopSymbols

@Suite struct `Debug files` {
  private func module(_ program: CompiledProgram) throws -> LoadedModule {
    LoadedModule(
      path: program.path, loadBias: 0, range: 0..<1 << 32,
      buildID: try #require(try ELFFile(path: program.path).buildID))
  }

  /// A program without symbols, and beside it the file of its debug information.
  private func stripped() throws -> (CompiledProgram, address: UInt64, LoadedModule) {
    let program = try CompiledProgram(`Inlined calls`.source)
    let address = try program.address(of: "outer")
    try program.copy("--only-keep-debug", "program", "program.debug")
    try program.copy(
      "--strip-all", "--add-gnu-debuglink=\(program.folder)/program.debug", "program", "program")
    return (program, address, try module(program))
  }

  private func functions(
    _ module: LoadedModule, _ search: SymbolSearch, at address: UInt64
  ) -> [String] {
    Symbolizer(modules: [module], search: search).locations(of: address)
      .map { "\($0.function):\($0.line ?? 0)" }
  }

  @Test(arguments: ["", "/.debug"])
  func `a stripped program is known by the file it names`(place: String) throws {
    let (program, address, module) = try stripped()
    let folder = program.folder + place
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    if !place.isEmpty {
      try FileManager.default.moveItem(
        atPath: program.folder + "/program.debug", toPath: folder + "/program.debug")
    }
    let found = functions(module, SymbolSearch(.thisMachine), at: address)
    #expect(found == ["inner:3", "middle:6", "outer:9"])
  }

  @Test(arguments: [true, false])
  func `a folder of the user's is searched by build ID`(hasProgram: Bool) throws {
    let (program, address, module) = try stripped()
    let folder = program.folder + "/symbols/.build-id/\(module.buildIDText.prefix(2))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try FileManager.default.moveItem(
      atPath: program.folder + "/program.debug",
      toPath: "\(folder)/\(module.buildIDText.dropFirst(2)).debug")
    if !hasProgram { try FileManager.default.removeItem(atPath: program.path) }
    let search = SymbolSearch(
      hasProgram ? .thisMachine : .elsewhere, folders: [program.folder + "/symbols"])
    #expect(functions(module, search, at: address) == ["inner:3", "middle:6", "outer:9"])
  }

  @Test func `debug information of another build is not used, and said`() throws {
    let (program, address, module) = try stripped()
    let other = try CompiledProgram("int main(void) { return 3; }")
    try FileManager.default.removeItem(atPath: program.folder + "/program.debug")
    try FileManager.default.copyItem(
      atPath: other.path, toPath: program.folder + "/program.debug")
    let symbolizer = Symbolizer(modules: [module], search: SymbolSearch(.thisMachine))
    let location = try #require(symbolizer.locations(of: address).first)
    #expect(location.function == "program+0x\(String(address, radix: 16))")
    #expect(location.problem?.code == .otherBuild)
    #expect(location.problem?.path == program.folder + "/program.debug")
  }

  @Test func `a stripped program without its debug file says so`() throws {
    let (program, address, module) = try stripped()
    try FileManager.default.removeItem(atPath: program.folder + "/program.debug")
    let symbolizer = Symbolizer(modules: [module], search: SymbolSearch(.thisMachine))
    let location = try #require(symbolizer.locations(of: address).first)
    #expect(location.function == "program+0x\(String(address, radix: 16))")
    #expect(location.problem?.code == .noSymbols)
    #expect(symbolizer.resolve(address) == nil)
  }

  @Test func `without build IDs the checksum tells the right debug file`() throws {
    let (program, _, _) = try stripped()
    let link = try #require(DebugLink(try ELFFile(path: program.path)))
    #expect(link.name == "program.debug")
    let path = program.folder + "/program.debug"
    #expect(try link.matches(ELFFile(path: path)))
    var bytes = try #require(FileManager.default.contents(atPath: path))
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: URL(fileURLWithPath: path))
    #expect(try !link.matches(ELFFile(path: path)))
  }

  @Test func `the checksum is that of zlib`() throws {
    let bytes = ByteView(ByteSource(Array("123456789".utf8), path: "memory"))
    #expect(try DebugLink.checksum(of: bytes) == 0xcbf4_3926)
  }

  @Test(arguments: ["../program.debug", "/etc/passwd", "..", ""])
  func `a link out of the folder is no link`(name: String) throws {
    var bytes = Array(name.utf8) + [0]
    while bytes.count % 4 != 0 { bytes.append(0) }
    var builder = ELFBuilder()
    builder.sections = [.init(name: ".gnu_debuglink", bytes: bytes + [1, 2, 3, 4])]
    #expect(DebugLink(try ELFFile(bytes: builder.bytes)) == nil)
  }
}

import Synchronization

/// Turns code addresses of a process, running or recorded, into functions, files and lines.
///
/// It reads the files of the process's modules, with a reader of its own, and never the process.
/// A file is opened when the first address inside it is asked for, and only if it is of the build
/// that the process runs; its symbols and lines are read then too. What was found is kept, up to a
/// limit. A file stays open until the symbolizer is gone.
///
/// It may be used from any thread. All of its state is under one lock, which is held while a file
/// is read: the first address in a large program takes some tenths of a second.
public final class Symbolizer: Sendable {
  /// How many addresses are kept; beyond them all are forgotten, and found again when needed.
  private static let cacheLimit = 65_536

  /// How many pages are remembered to be in no module; beyond them, no more are looked for.
  private static let strangersLimit = 4_096

  private struct State {
    /// In order of their addresses, then those that were found later.
    var modules: [LoadedModule]
    /// The pages that were looked for in vain among the modules that were loaded later.
    var strangers: Set<UInt64> = []
    var files: [Int: Result<ModuleSymbols, SymbolicationError>] = [:]
    var cache: [UInt64: [SymbolizedAddress]] = [:]
  }

  typealias Opening =
    @Sendable (LoadedModule) throws(SymbolicationError) -> ModuleFiles

  private let laterModules: @Sendable ([LoadedModule]) -> [LoadedModule]
  private let runtime: RuntimeCode
  private let open: Opening
  private let state: Mutex<State>

  /// Makes a symbolizer of a process's modules.
  ///
  /// - Parameters:
  ///   - modules: What lies in the process's memory.
  ///   - search: Where their files are looked for.
  ///   - runtimeModules: The Swift modules whose functions count as the runtime's.
  ///   - laterModules: What the process has loaded besides those given; asked when an address lies
  ///     in none that is known, once for each page of such addresses.
  public convenience init(
    modules: [LoadedModule], search: SymbolSearch,
    runtimeModules: Set<String> = FunctionName.standardModules,
    laterModules: @escaping @Sendable ([LoadedModule]) -> [LoadedModule] = { _ in [] }
  ) {
    self.init(modules: modules, runtimeModules: runtimeModules, laterModules: laterModules) {
      (module) throws(SymbolicationError) in try search.files(of: module)
    }
  }

  /// Makes one that gets its files from `open`.
  init(
    modules: [LoadedModule], runtimeModules: Set<String> = FunctionName.standardModules,
    laterModules: @escaping @Sendable ([LoadedModule]) -> [LoadedModule] = { _ in [] },
    open: @escaping Opening
  ) {
    state = Mutex(
      State(modules: modules.sorted { $0.range.lowerBound < $1.range.lowerBound }))
    self.laterModules = laterModules
    self.runtime = RuntimeCode(modules: runtimeModules)
    self.open = open
  }

  /// What an address is, with the functions that the compiler has put into each other there.
  ///
  /// - Parameters:
  ///   - address: An address of the process.
  ///   - isReturnAddress: Whether it is where a call returns to. The instruction before it is
  ///     looked up then, since the call may be the last one of its line or of its function.
  /// - Returns: The innermost function first, the one that the linker knows last. An address of a
  ///   module that can't be read is one location, which says why; one outside of all modules none.
  public func locations(
    of address: UInt64, isReturnAddress: Bool = false
  ) -> [SymbolizedAddress] {
    guard address > 0 else { return [] }
    let address = isReturnAddress ? address - 1 : address
    return state.withLock { state in
      if let known = state.cache[address] { return known }
      guard let index = moduleIndex(of: address, &state) else { return [] }
      let locations: [SymbolizedAddress]
      do throws(SymbolicationError) {
        locations = try withSymbols(of: index, &state) { symbols in
          symbols.locations(of: address, runtime: runtime)
        }
      } catch {
        locations = [SymbolizedAddress(unknown: address, in: state.modules[index], error)]
      }
      if state.cache.count >= Self.cacheLimit { state.cache.removeAll() }
      state.cache[address] = locations
      return locations
    }
  }

  /// The innermost function an address lies in.
  ///
  /// - Parameters:
  ///   - address: An address of the process.
  ///   - isReturnAddress: Whether it is where a call returns to.
  /// - Returns: Nil if it lies in no function of a module that can be read.
  public func resolve(_ address: UInt64, isReturnAddress: Bool = false) -> SymbolizedAddress? {
    locations(of: address, isReturnAddress: isReturnAddress).first { $0.problem == nil }
  }

  /// The text at an address of a module's constant data, such as a `#fileID` literal.
  ///
  /// - Parameters:
  ///   - address: An address of the process.
  ///   - maxLength: The most bytes it may have, with its NUL.
  /// - Returns: Nil if the address lies elsewhere, or no NUL follows in time.
  public func string(at address: UInt64, maxLength: Int) -> String? {
    state.withLock { state in
      guard let index = moduleIndex(of: address, &state) else { return nil }
      return try? withSymbols(of: index, &state) { $0.string(at: address, limit: maxLength) }
    }
  }

  /// What could not be read so far, for whoever wonders why there are no names or lines.
  public var problems: [SymbolicationError] {
    state.withLock { state in
      state.files.sorted { $0.key < $1.key }.flatMap { _, file in
        switch file {
        case .success(let symbols): symbols.problems
        case .failure(let error): [error]
        }
      }
    }
  }

  private func moduleIndex(of address: UInt64, _ state: inout State) -> Int? {
    if let index = state.modules.firstIndex(where: { $0.range.contains(address) }) { return index }
    let page = address >> 12
    guard !state.strangers.contains(page), state.strangers.count < Self.strangersLimit else {
      return nil
    }
    // What is known stays where it is: its files are kept by their indices.
    state.modules += laterModules(state.modules).filter { module in
      !state.modules.contains { $0.range.overlaps(module.range) }
    }
    let index = state.modules.firstIndex { $0.range.contains(address) }
    if index == nil { state.strangers.insert(page) }
    return index
  }

  private func withSymbols<Value>(
    of index: Int, _ state: inout State, _ body: (inout ModuleSymbols) -> Value
  ) throws(SymbolicationError) -> Value {
    let module = state.modules[index]
    let file =
      state.files[index]
      ?? Result { () throws(SymbolicationError) in ModuleSymbols(module, try open(module)) }
    switch file {
    case .failure(let error):
      state.files[index] = file
      throw error
    case .success(var symbols):
      // Held once only, so that its tables are changed and not copied.
      state.files[index] = nil
      defer { state.files[index] = .success(symbols) }
      return body(&symbols)
    }
  }
}

/// What an address of a process is in its source.
public struct SymbolizedAddress: Sendable, Hashable {
  /// The function as the person who wrote it would say it: `closure #1 in Worker.run()`; the module
  /// and the address in it, `app+0x1f3c`, where that isn't known.
  public let function: String
  /// The function's name as the linker has it; empty if it isn't known.
  public let mangled: String
  /// The path of the source file; nil without debug information.
  public var file: String?
  /// The line, counted from 1; nil without debug information.
  public var line: Int?
  /// The column, counted from 1; nil if it isn't known.
  public var column: Int?
  /// The name of the executable or library the code is in.
  public let module: String
  /// Its path, as the process names it.
  public let modulePath: String
  /// How many bytes into the function the address is; into the module, where no function is known.
  public let offset: UInt64
  /// Whether the function is the Swift runtime's, the standard library's (also a copy of it in
  /// another module), or made up by the compiler: nothing a person wrote in the program.
  public let isRuntime: Bool
  /// The Swift module that defines the function; nil if it isn't Swift's, or isn't known.
  public let swiftModule: String?
  /// Whether the compiler made the function up to call another.
  public let isThunk: Bool
  /// Whether its code was put into that of the function that calls it, which is the next location.
  public let isInlined: Bool
  /// Why the function isn't known; nil if it is.
  public var problem: SymbolicationError?

  init(
    _ name: FunctionName, in module: LoadedModule, offset: UInt64, isInlined: Bool,
    runtime: RuntimeCode
  ) {
    function = name.simplified
    mangled = name.mangled
    self.module = module.name
    modulePath = module.path
    self.offset = offset
    self.isInlined = isInlined
    swiftModule = name.module
    isThunk = name.isThunk
    isRuntime = runtime.contains(name, in: module)
  }

  /// An address of which only the module is known.
  init(unknown address: UInt64, in module: LoadedModule, _ problem: SymbolicationError) {
    let offset = address &- module.loadBias
    function = "\(module.name)+0x\(String(offset, radix: 16))"
    mangled = ""
    self.module = module.name
    modulePath = module.path
    self.offset = offset
    isInlined = false
    swiftModule = nil
    isThunk = false
    isRuntime = RuntimeCode.isRuntimeLibrary(module.name)
    self.problem = problem
  }

  mutating func set(_ source: SourceLine?) {
    guard let source else { return }
    file = source.file
    line = source.line > 0 ? source.line : nil
    column = source.column > 0 ? source.column : nil
  }
}

/// Why a file, or a part of it, gave no symbols.
public struct SymbolicationError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of thing went wrong.
  public enum Code: Sendable, Hashable {
    /// The file, or the process's list of modules, could not be opened or read.
    case cannotOpen
    /// The file is not a 64-bit little-endian ELF file.
    case notELF
    /// The file uses something valid that this reader doesn't know.
    case unsupported
    /// Data ends before it should.
    case truncated
    /// Data contradicts itself.
    case malformed
    /// The file was cut or written while it was read.
    case changed
    /// The file is not the one the process ran: its build ID differs.
    case otherBuild
    /// Nothing tells whether a file is the one the process ran: no build ID is known.
    case unidentified
    /// No file of the build that the process ran was found.
    case notFound
    /// The file has nothing on this address.
    case noSymbols
  }

  /// What kind of thing went wrong.
  public let code: Code
  /// The file that was read.
  public let path: String
  /// One sentence for a person.
  public let message: String

  /// The path and the message.
  public var description: String { "\(path): \(message)" }

  init(_ code: Code, path: String, _ message: String) {
    self.code = code
    self.path = path
    self.message = message
  }
}

import AsyncTopLinux
import AsyncTopSymbols

/// The Swift concurrency runtime of a process, as far as a scan must know it.
package struct SwiftRuntime: Hashable, Sendable {
  /// How it was found.
  package enum Kind: Hashable, Sendable {
    /// By the symbols of the library of its own that it is.
    case library
    /// By the symbols of the executable or library that it is linked into.
    case linkedIn
    /// By what it looks like, since the module that it is linked into has no symbols.
    case stripped
  }

  /// How it was found.
  package let kind: Kind
  /// The file that it is in.
  package let path: String
  /// How its tasks lie in memory.
  package let layout: RuntimeLayout
  /// The first word of each task.
  package let metadata: UInt64
  /// The classes that its streams are made of; empty if they are not known.
  package let streams: StreamClasses

  private enum Symbol {
    static let metadata = "_swift_concurrency_debug_asyncTaskMetadata"
    static let version = "_swift_concurrency_debug_internal_layout_version"
    static let size = "_swift_concurrency_debug_asyncTaskSize"
    static let all: Set = [metadata, version, size]
  }

  /// Finds the runtime of a process.
  ///
  /// - Parameters:
  ///   - process: The process.
  ///   - pages: Its memory, whose areas have been listed.
  /// - Throws: `noRuntime`, or `unknownLayout` with what it has.
  init<Memory>(of process: Int32, _ pages: inout MemoryPages<Memory>) throws(ScanProblem) {
    let modules = ((try? LoadedModule.modules(ofProcess: process)) ?? []).sorted {
      Self.isLibrary($0) && !Self.isLibrary($1)
    }
    var stripped: [ModuleData] = []
    for module in modules {
      guard let data = try? ModuleData(module, search: SymbolSearch(.process(process))),
        Self.isLibrary(module) || data.isSwift
      else { continue }
      let found = data.addresses(of: Symbol.all.union(StreamClasses.symbols))
      if Symbol.all.isSubset(of: found.keys) {
        self = try Self(data, found, &pages)
        return
      }
      stripped.append(data)
    }
    for data in stripped {
      if let found = Self(lookingLikeOneIn: data, &pages) {
        self = found
        return
      }
    }
    throw .noRuntime
  }

  private static func isLibrary(_ module: LoadedModule) -> Bool {
    module.name.hasPrefix("libswift_Concurrency.so")
  }

  private init<Memory>(
    _ data: ModuleData, _ symbols: [String: UInt64], _ pages: inout MemoryPages<Memory>
  ) throws(ScanProblem) {
    guard let metadata = symbols[Symbol.metadata].flatMap({ pages.load(UInt64.self, at: $0) }),
      let version = symbols[Symbol.version].flatMap({ pages.load(UInt32.self, at: $0) }),
      let size = symbols[Symbol.size].flatMap({ pages.load(UInt64.self, at: $0) })
    else { throw .unreadable(.noSuchFile) }
    guard let layout = RuntimeLayout.known(version: version, taskSize: size) else {
      throw .unknownLayout(version: version, taskSize: size)
    }
    let isLibrary = Self.isLibrary(data.module)
    self.init(
      kind: isLibrary ? .library : .linkedIn, path: data.module.path, layout: layout,
      metadata: metadata, streams: StreamClasses(symbols, &pages))
  }

  /// The class of tasks is known by the number of its kind of metadata, behind a function that
  /// destroys a task and no table of witnesses.
  ///
  /// That the tasks lie as in the latest layout that is known is seen when they are read.
  private init?<Memory>(lookingLikeOneIn data: ModuleData, _ pages: inout MemoryPages<Memory>) {
    let kindOfTasks: UInt64 = 0x502
    guard let layout = RuntimeLayout.known.last else { return nil }
    for range in data.writable where range.count < Self.dataLimit {
      var address = (range.lowerBound &+ 23) & ~7
      while address < range.upperBound &- 7 {
        if pages.load(UInt64.self, at: address) == kindOfTasks,
          let before = pages.load(SIMD2<UInt64>.self, at: address - 16), before[1] == 0,
          data.module.range.contains(before[0]), pages.isCode(before[0])
        {
          self.init(
            kind: .stripped, path: data.module.path, layout: layout, metadata: address,
            streams: StreamClasses(storages: [], contexts: []))
          return
        }
        address += 8
      }
    }
    return nil
  }

  /// The largest part of a module that is looked through word by word.
  private static let dataLimit = 1 << 26

  private init(
    kind: Kind, path: String, layout: RuntimeLayout, metadata: UInt64, streams: StreamClasses
  ) {
    self.kind = kind
    self.path = path
    self.layout = layout
    self.metadata = metadata
    self.streams = streams
  }
}

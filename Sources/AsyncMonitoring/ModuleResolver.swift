package import AsyncTopBus
import AsyncTopSymbols

/// Resolves addresses with the symbols of the modules that a session's process has loaded.
///
/// The files are read when first asked for, and only those of the builds that the process runs.
/// Of a process that runs, what it has loaded since it was first looked at is found when an address
/// lies in nothing that is known; a recording has what its recorder found there.
package final class ModuleResolver: AddressResolver {
  private let symbolizer: Symbolizer
  private let origins: CodeOrigins

  /// Takes the modules of a process that runs here, or of what one left here.
  ///
  /// Folders that the user named are searched too.
  package convenience init(live snapshot: Snapshot, folders: [String] = []) {
    let process = snapshot.process
    self.init(
      snapshot,
      SymbolSearch(process.isRunning ? .process(process.id) : .thisMachine, folders: folders))
  }

  /// Takes the modules of a recording, whose paths are not opened here.
  ///
  /// Files are found by their build IDs, in the system's folder of debug information and in those
  /// that the user named.
  package convenience init(recorded snapshot: Snapshot, folders: [String] = []) {
    self.init(snapshot, SymbolSearch(.elsewhere, folders: folders))
  }

  private init(_ snapshot: Snapshot, _ search: SymbolSearch) {
    origins = CodeOrigins(executable: snapshot.process.executable)
    symbolizer = Symbolizer(
      modules: snapshot.modules.map {
        LoadedModule(
          path: $0.path, loadBias: $0.bias, range: $0.range, buildID: $0.buildID)
      }, search: search,
      runtimeModules: FunctionName.standardModules.union(CodeOrigins.ownModules),
      laterModules: { known in
        guard case .process(let id) = search.origin else { return [] }
        return (try? LoadedModule.modules(ofProcess: id, besides: known)) ?? []
      })
  }

  /// The innermost function of the user's code that was put into the code at an address, else the
  /// one that the linker knows.
  package func location(of address: UInt64, isReturnAddress: Bool) -> SourceLocation? {
    locations(of: address, isReturnAddress: isReturnAddress).outstanding
  }

  /// The functions that were put into each other at an address, the innermost first.
  package func locations(of address: UInt64, isReturnAddress: Bool) -> [SourceLocation] {
    symbolizer.locations(of: address, isReturnAddress: isReturnAddress).map { location in
      SourceLocation(
        function: location.function, file: location.file ?? "",
        line: UInt32(clamping: location.line ?? 0),
        origin: origins.origin(of: location, in: location.modulePath),
        problem: location.problem.map { "\($0)" })
    }
  }

  /// What is not known of the code of a session, a sentence for each reason; empty if all of them
  /// have their function and, where it is the user's code, their line.
  package func gaps(in snapshot: Snapshot) -> [String] {
    var gaps: Set<String> = []
    for number in snapshot.sites {
      guard let site = snapshot.site(number) else { continue }
      switch site {
      case .code(let stack, let body):
        for address in stack { gaps.formUnion(self.gaps(at: address, isReturnAddress: true)) }
        gaps.formUnion(self.gaps(at: body, isReturnAddress: false))
      case .resume(let stack):
        for address in stack { gaps.formUnion(self.gaps(at: address, isReturnAddress: false)) }
      case .source, .type: break
      }
    }
    for number in Set(snapshot.tasks.map(\.stack)) {
      for address in snapshot.stack(number)?.frames ?? [] {
        gaps.formUnion(self.gaps(at: address, isReturnAddress: false))
      }
    }
    return gaps.sorted()
  }

  private func gaps(at address: UInt64, isReturnAddress: Bool) -> [String] {
    guard address != 0 else { return [] }
    let symbolized = symbolizer.locations(of: address, isReturnAddress: isReturnAddress)
    guard !symbolized.isEmpty else {
      return ["some addresses are in no file that the process has loaded, as far as can be seen"]
    }
    // Only the program's own code is shown with its lines.
    let locations = self.locations(of: address, isReturnAddress: isReturnAddress)
    guard let index = locations.firstIndex(where: { $0.origin == .user || $0.origin == .unknown })
    else { return [] }
    if let problem = locations[index].problem { return [problem] }
    return locations[index].line == 0 && locations[index].file.isEmpty
      ? ["\(symbolized[index].module): it has no source lines of some places"] : []
  }
}

extension Snapshot {
  /// The sites that its entities name.
  fileprivate var sites: Set<UInt32> {
    var sites: Set<UInt32> = []
    for task in tasks { sites.formUnion([task.site, task.waitSite]) }
    sites.formUnion(groups.map(\.site))
    sites.formUnion(timers.map(\.site))
    sites.formUnion(resources.map(\.site))
    return sites
  }
}

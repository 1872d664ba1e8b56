package import Instrumentation
import Symbolication

/// Resolves addresses with the symbols of the modules that a session's process has loaded.
package final class ModuleResolver: AddressResolver {
  private let symbolizer: Symbolizer

  /// Takes the modules of a session, whose files are read when first asked for.
  package init(_ modules: [ModuleRecord]) {
    symbolizer = Symbolizer(
      modules: modules.map {
        LoadedModule(path: $0.path, loadBias: $0.bias, range: $0.range)
      }, runtimeModules: FunctionName.standardModules.union(["AsyncRuntime"]))
  }

  package func place(of address: UInt64, isReturnAddress: Bool) -> Place? {
    guard let found = symbolizer.resolve(address, isReturnAddress: isReturnAddress) else {
      return nil
    }
    return Place(
      function: found.function, file: found.file ?? "", line: UInt32(clamping: found.line ?? 0),
      isRuntime: found.isRuntime)
  }
}

@testable import AsyncTopSymbols

extension Symbolizer {
  /// Takes whatever is at the paths of the modules.
  convenience init(trusting modules: [LoadedModule]) {
    self.init(modules: modules) { (module) throws(SymbolicationError) in
      ModuleFiles(main: try ELFFile(path: module.path))
    }
  }
}

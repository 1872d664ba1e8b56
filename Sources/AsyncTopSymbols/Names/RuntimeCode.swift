/// Tells what nobody wrote in the program: the Swift runtime, the standard library, thunks.
struct RuntimeCode: Sendable {
  /// The Swift modules whose functions count as the runtime's, wherever they were compiled into.
  let modules: Set<String>

  func contains(_ name: FunctionName, in module: LoadedModule) -> Bool {
    if let home = name.module { return modules.contains(home) || name.isThunk }
    if name.isThunk || Self.isRuntimeLibrary(module.name) { return true }
    // Linked with -static-stdlib, the runtime's own functions lie in the executable.
    return Self.prefixes.contains { name.mangled.hasPrefix($0) }
  }

  /// C functions of the Swift runtime and libdispatch, and what is in their C++ namespaces.
  private static let prefixes = [
    "swift_", "_swift_", "_ZN5swift", "_ZNK5swift", "_ZZN5swift", "dispatch_", "_dispatch_",
  ]

  static func isRuntimeLibrary(_ name: String) -> Bool {
    ["libswift", "libdispatch.", "libBlocksRuntime.", "libc.", "libc-", "libpthread", "ld-linux"]
      .contains { name.hasPrefix($0) }
  }
}

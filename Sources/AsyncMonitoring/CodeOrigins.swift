import AsyncTopBus
import AsyncTopLinux
import AsyncTopSymbols

/// Tells the program's own code from that of the packages it depends on, by where SwiftPM puts
/// their sources, and from what nobody wrote for it.
struct CodeOrigins: Sendable {
  /// The user's own additions: parts of paths, and Swift modules, whose code is a library's.
  ///
  /// What has a slash is a part of a path.
  static let variable = "ASYNCTOP_LIBRARIES"

  /// Modules of this package, which a program may have by path.
  static let ownModules: Set<String> = [
    "AsyncRuntime", "AsyncMonitoring", "AsyncMonitoringUI", "AsyncTopBus", "AsyncTopDashboard",
    "AsyncTopInsight", "AsyncTopLinux", "AsyncTopRecording", "AsyncTopSymbols",
  ]

  private let libraryPaths: [String]
  private let libraryModules: Set<String>
  /// The executable's name as the name of a module: SwiftPM names a program after its module.
  private let program: String

  /// Takes the executable's path, and what the user says is a library.
  init(
    executable: String,
    libraries: [String] = Self.named(in: Program.environment(of: [variable])[variable] ?? "")
  ) {
    libraryPaths = ["/checkouts/", "/registry/downloads/"] + libraries.filter { $0.contains("/") }
    libraryModules = Set(libraries.filter { !$0.contains("/") })
    let name = executable.split(separator: "/").last ?? ""
    program = String(name.map { $0.isLetter || $0.isNumber ? $0 : "_" })
  }

  /// The libraries in a list that is separated by colons.
  static func named(in list: String) -> [String] {
    list.split(separator: ":").map { String($0) }
  }

  /// Whose code a location is in; `path` is that of the file that was loaded.
  func origin(of location: SymbolizedAddress, in path: String) -> CodeOrigin {
    if location.isThunk || location.file?.hasSuffix("<compiler-generated>") == true {
      return .compiler
    }
    if location.isRuntime || Self.isSystem(path) { return .runtime }
    if let module = location.swiftModule, libraryModules.contains(module) { return .dependency }
    guard location.problem == nil else { return .unknown }
    guard let file = location.file else {
      return location.swiftModule == program ? .user : .unknown
    }
    if Self.isToolchain(file) { return .runtime }
    if libraryPaths.contains(where: file.contains) { return .dependency }
    return Self.isForeignPluginOutput(file) ? .dependency : .user
  }

  private static func isSystem(_ path: String) -> Bool {
    path.contains("/swift/linux/")
      || ["/lib/", "/lib64/", "/usr/lib/", "/usr/lib64/"].contains { path.hasPrefix($0) }
  }

  private static func isToolchain(_ file: String) -> Bool {
    file.hasPrefix("/swift-source/") || file.contains("/build-user/swift")
  }

  /// Whether a file was made by a plugin of another package than the root:
  /// `…/app/.build/plugins/outputs/other/…`.
  private static func isForeignPluginOutput(_ file: String) -> Bool {
    let folders = file.split(separator: "/")
    guard
      let plugins = folders.indices.dropLast(2).first(where: {
        folders[$0] == "plugins" && folders[$0 + 1] == "outputs"
      })
    else { return false }
    let build = folders[..<plugins].lastIndex(of: ".build") ?? plugins
    guard build > 0 else { return true }
    return folders[build - 1].lowercased() != folders[plugins + 2].lowercased()
  }
}

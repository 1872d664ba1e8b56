import PackagePlugin

/// Puts the probe into the command, as the shared object that `asynctop run` preloads.
///
/// The toolchain's clang builds it from the sources that are linked into programs too; it needs
/// nothing but the C library. Its bytes come into a Swift source as text, which compiles in no
/// time, as a list of numbers would not: so the command stays one file.
@main
struct ProbeEmbedding: BuildToolPlugin {
  private static let script = """
    set -e
    clang=$1 object=$2 source=$3
    shift 3
    "$clang" -shared -fuse-ld=lld -O2 -fPIC -fvisibility=hidden -DTP_PRELOADED \\
      -Wl,--build-id,-z,now -o "$object" "$@"
    printf '/// The shared object of the probe.\\nenum EmbeddedProbe {\\n' > "$source"
    printf '  /// Its bytes, as base64.\\n  static let text: StaticString = "%s"\\n}\\n' \\
      "$(base64 -w 0 "$object")" >> "$source"
    """

  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let probe = try context.package.targets(named: ["CAsyncTopProbe"])
      .compactMap { $0 as? ClangSourceModuleTarget }
    let files = probe.flatMap(\.sourceFiles)
    let sources = files.filter { $0.type == .source }.map(\.url)
    let folder = context.pluginWorkDirectoryURL
    let source = folder.appending(path: "EmbeddedProbe.swift")
    let paths = [
      try context.tool(named: "clang").url, folder.appending(path: "probe.so"), source,
    ]
    return [
      .buildCommand(
        displayName: "Linking the probe for preloading", executable: .init(filePath: "/bin/sh"),
        arguments: ["-c", Self.script, "sh"] + (paths + sources).map { $0.path() },
        inputFiles: files.map(\.url), outputFiles: [source])
    ]
  }
}

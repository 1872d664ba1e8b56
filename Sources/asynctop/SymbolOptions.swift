import ArgumentParser
import LinuxSystem

/// Where the files of modules and of their debug information are looked for.
struct SymbolOptions: ParsableArguments {
  private static let variable = "ASYNCTOP_SYMBOLS"

  @Option(
    name: .customLong("symbols"),
    help: ArgumentHelp(
      "A folder with the program's files, or its debug files, of the build that ran; may be "
        + "given several times. Also in ASYNCTOP_SYMBOLS, separated by colons.",
      valueName: "folder"))
  var named: [String] = []

  /// The folders that the user named, first those of this call.
  var folders: [String] {
    let variable = Program.environment(of: [Self.variable])[Self.variable] ?? ""
    return named + variable.split(separator: ":").map { String($0) }
  }
}

import Testing

@Suite struct `Help on the command line` {
  static let commands = [
    "run", "attach", "demo", "record", "play", "ps", "tree", "timers", "sites", "resources",
    "waits",
    "threads", "warnings", "check", "themes", "doctor",
  ]

  @Test func `asynctop alone names every command`() throws {
    let help = try Command("--help")
    #expect(help.status == 0)
    #expect(help.errors.isEmpty)
    for command in Self.commands {
      #expect(help.output.contains("\n  \(command) "), "\(command) is missing")
    }
    #expect(!help.output.contains("scenario"))
    #expect(help.output.contains("EXIT STATUS: 0 done, 1 found or failed, 2 used wrongly."))
  }

  @Test(arguments: [""] + commands)
  func `each command has examples that begin with it`(command: String) throws {
    let help = try command.isEmpty ? Command("--help") : Command(command, "--help")
    #expect(help.status == 0)
    #expect(help.errors.isEmpty)
    let examples = try #require(help.output.split(separator: "EXAMPLES:\n").last)
      .split(separator: "\n\n")[0].split(separator: "\n")
    #expect(examples.count >= 2)
    for example in examples { #expect(example.contains("asynctop"), "\(example)") }
    for example in examples where !command.isEmpty {
      #expect(example.contains("asynctop \(command)"), "\(example)")
    }
  }

  /// The parser wraps at 80 columns; a line that was longer leaves a stump.
  @Test(arguments: commands)
  func `help is readable at 80 columns`(command: String) throws {
    let help = try Command(command, "--help")
    for line in help.lines where !line.hasPrefix("USAGE") {
      #expect(line.count <= 80, "\(line)")
    }
  }

  @Test func `the version is a line`() throws {
    let version = try Command("--version")
    #expect(version.status == 0)
    #expect(version.output.wholeMatch(of: #/\d+\.\d+\.\d+\n/#) != nil)
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func `a shell can complete`(shell: String) throws {
    let script = try Command("--generate-completion-script", shell)
    #expect(script.status == 0)
    for command in Self.commands { #expect(script.output.contains(command)) }
    #expect(script.output.contains("max-size"))
  }

  @Test func `bash takes the completion it is given`() throws {
    let run = try Command(
      shell: """
        eval "$($A --generate-completion-script bash)"
        COMP_WORDS=(asynctop re) COMP_CWORD=1 COMP_LINE='asynctop re' COMP_POINT=11
        $(complete -p asynctop | sed 's/.*-F \\([^ ]*\\).*/\\1/') asynctop re asynctop
        echo "${COMPREPLY[@]}"
        """)
    #expect(run.output.contains("record"), "\(run.errors)")
  }
}

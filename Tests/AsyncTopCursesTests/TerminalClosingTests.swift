import CAsyncTopCurses
import Glibc
import AsyncTopTerminal
import Testing

@testable import AsyncTopCurses

extension `A terminal` {
  @Suite struct `when it is closed` {
    static let signals = [
      SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH, SIGSEGV, SIGABRT, SIGBUS,
      SIGILL, SIGFPE, SIGTRAP,
    ]

    /// What makes a handler.
    struct Handler: Equatable {
      let function: Int
      let flags: Int32
      let isBlocking: [Int32]
    }

    /// The handlers of all signals that are touched.
    func handlers() -> [Handler] {
      Self.signals.map { signal in
        var action = sigaction()
        _ = unsafe sigaction(signal, nil, &action)
        let function = unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
        let blocked = Self.signals.filter { unsafe sigismember(&action.sa_mask, $0) == 1 }
        return Handler(function: function, flags: action.sa_flags, isBlocking: blocked)
      }
    }

    @Test(arguments: ["xterm-256color", "linux", "tmux-256color", "screen", "vt100"])
    func `every mode that was set is reset`(name: String) throws {
      let pseudo = try PseudoTerminal()
      defer { pseudo.close() }
      let before = pseudo.modes
      let terminal = try CursesTerminal(
        input: pseudo.terminal, output: pseudo.terminal, environment: ["TERM": name])
      #expect(pseudo.modes != before)
      terminal.draw(CellGrid(size: terminal.size) { $0.box(style: .plain) })
      terminal.close()
      terminal.close()
      #expect(pseudo.modes == before)
      var set: Set<Substring> = []
      for match in pseudo.output().matches(of: #/\u{1B}\[\?([0-9;]+)([hl])/#) {
        for mode in match.1.split(separator: ";") where mode != "25" && mode != "12" {
          if match.2 == "h" { set.insert(mode) } else { set.remove(mode) }
        }
      }
      #expect(set.subtracting(["7"]).isEmpty, "\(set)")
    }

    @Test func `the cursor is shown and the other screen is left`() throws {
      let pseudo = try PseudoTerminal()
      defer { pseudo.close() }
      let terminal = try CursesTerminal(
        input: pseudo.terminal, output: pseudo.terminal,
        environment: ["TERM": "xterm-256color", "COLORTERM": "truecolor"])
      let opening = pseudo.output()
      terminal.close()
      let closing = pseudo.output()
      for mode in ["1049", "2004", "1000", "1006"] {
        #expect(opening.contains("\u{1B}[?\(mode)h"))
        #expect(closing.contains("\u{1B}[?\(mode)l"))
      }
      #expect(opening.contains("\u{1B}[?25l"))
      #expect(closing.contains("\u{1B}[?25h"))
    }

    @Test func `the host's signal handlers are back exactly`() throws {
      var own = sigaction()
      unsafe own.__sigaction_handler.sa_handler = { _ in }
      own.sa_flags = Int32(bitPattern: UInt32(SA_RESTART))
      _ = unsafe sigaddset(&own.sa_mask, SIGHUP)
      var previous = sigaction()
      _ = unsafe sigaction(SIGINT, &own, &previous)
      _ = signal(SIGQUIT, SIG_IGN)
      defer {
        _ = unsafe sigaction(SIGINT, &previous, nil)
        _ = signal(SIGQUIT, SIG_DFL)
      }
      let before = handlers()
      let pseudo = try PseudoTerminal()
      defer { pseudo.close() }
      let terminal = try CursesTerminal(
        input: pseudo.terminal, output: pseudo.terminal, environment: ["TERM": "xterm-256color"])
      let open = handlers()
      #expect(open[0] != before[0])
      #expect(open[3] == before[3], "what is ignored stays ignored")
      terminal.draw(CellGrid(size: terminal.size) { $0.box(style: .plain) })
      terminal.close()
      #expect(handlers() == before)
    }

    static var terminfo: String? {
      unsafe getenv("TERMINFO").map { unsafe String(cString: $0) }
    }

    @Test func `the environment and the locale are as they were`() throws {
      let pseudo = try PseudoTerminal()
      defer { pseudo.close() }
      let variable = Self.terminfo
      let isUTF8 = cn_is_utf8()
      for locale in ["C", "C.UTF-8", "xx_XX.nowhere"] {
        let terminal = try CursesTerminal(
          input: pseudo.terminal, output: pseudo.terminal,
          environment: ["TERM": "xterm", "COLORTERM": "truecolor", "LC_ALL": locale])
        #expect(Self.terminfo == variable)
        terminal.close()
        #expect(cn_is_utf8() == isUTF8)
      }
    }

    @Test func `another can be opened, but not two at once`() throws {
      let pseudo = try PseudoTerminal()
      defer { pseudo.close() }
      for _ in 0..<20 {
        let terminal = try CursesTerminal(
          input: pseudo.terminal, output: pseudo.terminal, environment: ["TERM": "xterm-256color"])
        let error = #expect(throws: CursesTerminalError.self) {
          try CursesTerminal(
            input: pseudo.terminal, output: pseudo.terminal, environment: ["TERM": "xterm"])
        }
        #expect(error?.code == .alreadyOpen)
        terminal.close()
      }
    }

    @Test func `what can't be drawn on says why and changes nothing`() throws {
      let pseudo = try PseudoTerminal()
      defer { pseudo.close() }
      let before = (pseudo.modes, handlers())
      func code(_ term: String, input: Int32) -> CursesTerminalError.Code? {
        let error = #expect(throws: CursesTerminalError.self) {
          try CursesTerminal(input: input, output: pseudo.terminal, environment: ["TERM": term])
        }
        return error?.code
      }
      let null = unsafe open("/dev/null", O_RDONLY)
      defer { _ = Glibc.close(null) }
      #expect(code("xterm", input: null) == .notATerminal)
      #expect(code("no-such-terminal", input: pseudo.terminal) == .unknownTerminal)
      #expect(code("dumb", input: pseudo.terminal) == .unsuitableTerminal)
      #expect(code("", input: pseudo.terminal) == .unknownTerminal)
      let error = #expect(throws: CursesTerminalError.self) {
        try CursesTerminal(path: "/dev/no-such-tty", environment: [:])
      }
      #expect(error?.code == .cannotOpen)
      #expect(pseudo.modes == before.0)
      #expect(handlers() == before.1)
      #expect(pseudo.output() == "")
    }
  }
}

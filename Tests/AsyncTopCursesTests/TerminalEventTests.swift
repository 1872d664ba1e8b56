import Glibc
import AsyncTopTerminal
import TestFixtures
import Testing

@testable import AsyncTopCurses

extension `A terminal` {
  @Suite struct `when it is typed at` {
    func withTerminal(
      options: CursesTerminalOptions = CursesTerminalOptions(),
      _ body: (CursesTerminal, PseudoTerminal) throws -> Void
    ) throws {
      let pseudo = try PseudoTerminal()
      defer { pseudo.close() }
      let terminal = try CursesTerminal(
        input: pseudo.terminal, output: pseudo.terminal, options: options,
        environment: ["TERM": "xterm-256color", "LC_ALL": "C.UTF-8"])
      defer { terminal.close() }
      try body(terminal, pseudo)
    }

    @Test func `keys, clicks and pastes are events`() throws {
      try withTerminal { terminal, pseudo in
        pseudo.type("q\u{3}\u{1B}[A\u{1B}[<0;5;6M\u{1B}[200~a\nb\u{1B}[201~")
        let events = (0..<5).map { _ in terminal.nextEvent(timeout: .seconds(5)) }
        #expect(
          events == [
            .key(KeyChord("q")), .key(KeyChord(.character("c"), .control)), .key(KeyChord(.up)),
            .mouse(MouseEvent(.press, at: Point(column: 4, row: 5))), .paste("a\nb"),
          ])
        #expect(terminal.nextEvent(timeout: .zero) == nil)
      }
    }

    @Test func `a lone escape is the key, after a moment`() throws {
      try withTerminal { terminal, pseudo in
        pseudo.type("\u{1B}")
        #expect(terminal.nextEvent(timeout: nil) == .key(KeyChord(.escape)))
      }
    }

    @Test func `a new size is an event, and is known before it is drawn`() throws {
      try withTerminal { terminal, pseudo in
        for (columns, rows) in [(1, 1), (300, 100), (20, 4)] {
          pseudo.resize(columns: columns, rows: rows)
          OwnSignal.send(SIGWINCH)
          let size = Size(columns: columns, rows: rows)
          #expect(terminal.nextEvent(timeout: .seconds(5)) == .resize(size))
          #expect(terminal.size == size)
          terminal.drawAll(CellGrid(size: size) { $0.fill(with: Glyph("z"), style: .plain) })
          #expect(pseudo.output().contains("z"))
        }
      }
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT])
    func `a signal that asks to end is an event`(signal: Int32) throws {
      try withTerminal { terminal, _ in
        OwnSignal.send(signal)
        #expect(terminal.nextEvent(timeout: .seconds(5)) == .interrupt(signal: signal))
        #expect(terminal.nextEvent(timeout: .zero) == nil)
      }
    }

    @Test func `Ctrl-Z is a key where the program must not stop`() throws {
      try withTerminal(options: CursesTerminalOptions(suspends: false)) { terminal, pseudo in
        pseudo.type("\u{1A}")
        #expect(
          terminal.nextEvent(timeout: .seconds(5)) == .key(KeyChord(.character("z"), .control)))
      }
    }

    @Test func `the mouse is off where it is not wanted, and can be turned on`() throws {
      try withTerminal(options: CursesTerminalOptions(mouse: false)) { terminal, pseudo in
        #expect(!pseudo.output().contains("?1000"))
        terminal.setMouse(true)
        #expect(pseudo.output() == TerminalModes.mouseOn)
        terminal.setMouse(false)
        #expect(pseudo.output() == TerminalModes.mouseOff)
      }
    }

    @Test func `a terminal that goes away is the end of input`() throws {
      let pseudo = try PseudoTerminal()
      let terminal = try CursesTerminal(
        input: pseudo.terminal, output: pseudo.terminal, environment: ["TERM": "xterm-256color"])
      _ = pseudo.output()
      pseudo.hangUp()
      #expect(terminal.nextEvent(timeout: .seconds(5)) == .endOfInput)
      terminal.close()
      _ = Glibc.close(pseudo.terminal)
    }
  }
}

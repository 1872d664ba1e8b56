import Glibc
import AsyncTopTerminal
import TestFixtures
import Testing

@testable import AsyncTopCurses

extension `A terminal` {
  @Suite struct `when it takes no more` {
    static let environment = [
      "TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8",
    ]
    static let size = Size(columns: 200, rows: 60)

    func open(_ stalled: StalledTerminal) throws -> CursesTerminal {
      try CursesTerminal(
        input: stalled.terminal, output: stalled.terminal, environment: Self.environment)
    }

    /// A picture of which nearly every cell differs from the one of another number.
    func picture(_ number: Int) -> CellGrid {
      CellGrid(size: Self.size) { canvas in
        for row in 0..<Self.size.rows {
          for column in 0..<Self.size.columns {
            let color = Color(hex: UInt32(number * 7_919 + row * 331 + column) & 0xFFFFFF)
            canvas.put(
              Glyph("x"), at: Point(column: column, row: row), style: Style(foreground: color))
          }
        }
        canvas.write("<frame \(number)>", at: .zero, style: .plain)
      }
    }

    @Test func `drawing returns, keys and signals come, and it is closed and restored`() throws {
      let stalled = try StalledTerminal(columns: Self.size.columns, rows: Self.size.rows)
      let before = stalled.modes
      let terminal = try open(stalled)
      for number in 0..<20 { terminal.draw(picture(number)) }
      #expect(terminal.output.isWaiting)
      stalled.type("q\u{3}")
      #expect(terminal.nextEvent(timeout: .seconds(5)) == .key(KeyChord("q")))
      let interrupt = terminal.nextEvent(timeout: .seconds(5))
      #expect(interrupt == .key(KeyChord(.character("c"), .control)))
      for signal in [SIGTERM, SIGHUP, SIGINT] {
        OwnSignal.send(signal)
        #expect(terminal.nextEvent(timeout: .seconds(5)) == .interrupt(signal: signal))
      }
      terminal.close()
      #expect(stalled.modes == before)
      #expect(stalled.read().hasSuffix(TerminalModes.restoreAll))
    }

    @Test func `the last picture is shown when it takes more again`() throws {
      let stalled = try StalledTerminal(columns: Self.size.columns, rows: Self.size.rows)
      let terminal = try open(stalled)
      for number in 0..<20 { terminal.draw(picture(number)) }
      var shown = ""
      for _ in 0..<10_000 where terminal.output.isWaiting || terminal.upcoming != nil {
        shown += stalled.read()
        #expect(terminal.nextEvent(timeout: .milliseconds(1)) == nil)
      }
      #expect(shown.contains("<frame 0>"))
      // Where digits differ from the frame before, only they are sent.
      #expect(!shown.contains("<frame 5>"))
      #expect(terminal.drawn == picture(19))
      #expect(!terminal.output.isWaiting)
      terminal.close()
    }

    @Test func `a stopped line goes on at the end`() throws {
      let stalled = try StalledTerminal(columns: Self.size.columns, rows: Self.size.rows)
      let before = stalled.modes
      let terminal = try open(stalled)
      _ = stalled.read()
      #expect(tcflow(stalled.terminal, TCOOFF) == 0)
      for number in 0..<3 { terminal.draw(picture(number)) }
      #expect(terminal.output.isWaiting)
      terminal.close()
      #expect(stalled.modes == before)
      #expect(stalled.read().hasSuffix(TerminalModes.restoreAll))
      #expect(unsafe write(stalled.terminal, "x", 1) == 1, "it is not stopped any more")
    }

    @Test func `others who share it still wait when they write`() throws {
      let stalled = try StalledTerminal(columns: Self.size.columns, rows: Self.size.rows)
      let terminal = try open(stalled)
      for number in 0..<3 {
        terminal.draw(picture(number))
        #expect(stalled.waits)
      }
      #expect(terminal.output.sink.descriptor != stalled.terminal)
      terminal.close()
      #expect(stalled.waits)
    }

    @Test func `one that can't be opened a second time does not make anybody wait either`() throws {
      // The main side of a pair is a terminal too, and opening it makes another pair.
      let stalled = try StalledTerminal(columns: Self.size.columns, rows: Self.size.rows)
      _ = fcntl(stalled.main, F_SETFL, 0)
      let sink = TerminalSink(stalled.main)
      #expect(sink.descriptor == stalled.main)
      let bytes = [UInt8](repeating: 0x78, count: 65_536)
      for _ in 0..<100 { _ = unsafe bytes.withUnsafeBytes { unsafe sink.write($0) } }
      #expect(unsafe bytes.withUnsafeBytes { unsafe sink.write($0) } == 0)
      #expect(!sink.isGone)
      #expect(fcntl(stalled.main, F_GETFL) & O_NONBLOCK == 0)
    }

    @Test func `keys can come from one terminal and the picture go to another`() throws {
      let (keys, screen) = (try StalledTerminal(), try StalledTerminal(columns: 50, rows: 9))
      let before = (keys.modes, screen.modes)
      let terminal = try CursesTerminal(
        input: keys.terminal, output: screen.terminal, environment: Self.environment)
      #expect(terminal.size == Size(columns: 50, rows: 9))
      #expect(keys.modes != before.0)
      keys.type("k")
      #expect(terminal.nextEvent(timeout: .seconds(5)) == .key(KeyChord("k")))
      terminal.draw(CellGrid(size: terminal.size) { $0.box(style: .plain, title: "there") })
      #expect(screen.read().contains("there"))
      #expect(keys.read() == "")
      terminal.close()
      #expect(keys.modes == before.0)
      #expect(screen.modes == before.1)
    }
  }

  @Suite struct `of any size` {
    static let extents = [
      (0, 0), (0, 65_535), (65_535, 0), (1, 1), (2, 3), (1, 65_535), (65_535, 1), (1_001, 24),
      (32_767, 24), (32_768, 24), (24, 32_768), (65_535, 65_535),
    ]

    func size(of extents: (Int, Int)) -> Size {
      guard extents.0 > 0, extents.1 > 0 else { return Size(columns: 80, rows: 24) }
      let limit = CursesTerminal.sizeLimit
      return Size(
        columns: min(extents.0, limit.columns), rows: min(extents.1, limit.rows))
    }

    @Test(arguments: extents)
    func `it is opened, drawn on up to a limit, and closed`(columns: Int, rows: Int) throws {
      let stalled = try StalledTerminal(columns: columns, rows: rows)
      let terminal = try CursesTerminal(
        input: stalled.terminal, output: stalled.terminal, environment: ["TERM": "xterm"])
      #expect(terminal.size == size(of: (columns, rows)))
      var grid = CellGrid(size: terminal.size)
      grid[terminal.size.columns - 1, terminal.size.rows - 1] = Cell(Glyph("L"), style: .plain)
      terminal.draw(grid)
      #expect(stalled.read().contains("L"))
      terminal.close()
    }

    @Test func `it grows and shrinks to any other`() throws {
      let stalled = try StalledTerminal()
      let terminal = try CursesTerminal(
        input: stalled.terminal, output: stalled.terminal, environment: ["TERM": "xterm"])
      for (columns, rows) in Self.extents + Self.extents.reversed() {
        stalled.resize(columns: columns, rows: rows)
        OwnSignal.send(SIGWINCH)
        let before = terminal.size
        let expected = columns > 0 && rows > 0 ? size(of: (columns, rows)) : before
        let limit: Duration = expected == before ? .milliseconds(200) : .seconds(5)
        let event = terminal.nextEvent(timeout: limit)
        #expect(event == (expected == before ? nil : .resize(expected)))
        var grid = CellGrid(size: terminal.size)
        grid[terminal.size.columns - 1, 0] = Cell(Glyph("R"), style: .plain)
        terminal.draw(grid)
        #expect(terminal.drawn == grid)
        _ = stalled.read()
      }
      terminal.close()
    }

    @Test func `what the environment says counts where the terminal says nothing`() throws {
      let stalled = try StalledTerminal(columns: 0, rows: 0)
      for (columns, rows, size) in [
        ("100", "30", Size(columns: 100, rows: 30)), ("99999", "1", Size(columns: 1_000, rows: 1)),
        ("-5", "many", Size(columns: 80, rows: 24)), ("0", "", Size(columns: 80, rows: 24)),
      ] {
        let terminal = try CursesTerminal(
          input: stalled.terminal, output: stalled.terminal,
          environment: ["TERM": "xterm", "COLUMNS": columns, "LINES": rows])
        #expect(terminal.size == size)
        terminal.close()
        _ = stalled.read()
      }
    }
  }
}

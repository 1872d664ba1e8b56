import AsyncTopTerminal
import Testing

@testable import AsyncTopCurses

extension `A terminal` {
  @Suite struct `when it is drawn on` {
    static let environment = [
      "TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8",
    ]

    /// Opens a terminal, lets a test have it, and closes it.
    func withTerminal(
      columns: Int = 80, rows: Int = 24, environment: [String: String] = Self.environment,
      options: CursesTerminalOptions = CursesTerminalOptions(),
      _ body: (CursesTerminal, PseudoTerminal) throws -> Void
    ) throws {
      let pseudo = try PseudoTerminal(columns: columns, rows: rows)
      defer { pseudo.close() }
      let terminal = try CursesTerminal(
        input: pseudo.terminal, output: pseudo.terminal, options: options,
        environment: environment)
      defer { terminal.close() }
      try body(terminal, pseudo)
    }

    func picture(_ size: Size, _ draw: (inout Canvas) -> Void) -> CellGrid {
      CellGrid(size: size, drawing: draw)
    }

    @Test func `a picture is sent once, and nothing is sent when nothing has changed`() throws {
      try withTerminal { terminal, pseudo in
        let grid = picture(terminal.size) { $0.box(style: .plain, title: "tasks") }
        terminal.drawAll(grid)
        #expect(pseudo.output().contains("tasks"))
        terminal.drawAll(grid)
        terminal.drawAll(CellGrid(size: grid.size) { $0.box(style: .plain, title: "tasks") })
        #expect(pseudo.output() == "")
      }
    }

    @Test func `a changed cell costs a few bytes`() throws {
      try withTerminal(columns: 200, rows: 60) { terminal, pseudo in
        var grid = picture(terminal.size) { $0.fill(with: Glyph("x"), style: .plain) }
        terminal.drawAll(grid)
        _ = pseudo.output()
        grid[100, 30] = Cell(Glyph("o"), style: Style(foreground: Color(hex: 0x0000FF)))
        terminal.drawAll(grid)
        let bytes = pseudo.output()
        #expect(bytes.contains("38;2;0;0;255"))
        #expect(bytes.utf8.count < 60, "\(bytes.debugDescription)")
      }
    }

    // As in an image without terminfo: none has these names.
    @Test(arguments: [
      ("xterm-newer", ["\u{1B}[?1049h", "38;5;1m"], ["[31m"]),
      ("screen.newer", ["\u{1B}[?1049h", "38;5;1m"], ["[31m"]),
      ("linux-newer", ["[31m"], ["1049", "38;5"]),
      ("vt999", ["\u{1B}[H"], ["1049", "38;5", "[31m"]),
    ])
    func `a terminal that ncurses has no entry for is drawn on by a built-in one`(
      name: String, has: [String], hasNot: [String]
    ) throws {
      try withTerminal(environment: ["TERM": name]) { terminal, pseudo in
        terminal.drawAll(
          picture(terminal.size) {
            $0.write("red", at: Point(column: 5, row: 5), style: Style(foreground: .palette(1)))
          })
        let bytes = pseudo.output()
        for part in has + ["red"] { #expect(bytes.contains(part), "\(bytes.debugDescription)") }
        for part in hasNot { #expect(!bytes.contains(part), "\(bytes.debugDescription)") }
      }
    }

    @Test func `24-bit colours, dark blues and the palette are side by side`() throws {
      try withTerminal { terminal, pseudo in
        #expect(terminal.colorDecision.depth == .trueColor)
        terminal.drawAll(
          picture(terminal.size) { canvas in
            canvas.write("a", at: .zero, style: Style(foreground: Color(hex: 0x000005)))
            canvas.write(
              "b", at: Point(column: 1, row: 0),
              style: Style(foreground: .palette(5), background: Color(hex: 0x102030)))
          })
        let bytes = pseudo.output()
        #expect(bytes.contains("\u{1B}[38;2;0;0;5m"))
        #expect(bytes.contains("\u{1B}[38;5;5m"))
        #expect(bytes.contains("\u{1B}[48;2;16;32;48m"))
      }
    }

    @Test(arguments: [
      (["TERM": "xterm-256color"], ColorDepth.palette256, "\u{1B}[38;5;209m"),
      (["TERM": "xterm-256color", "NO_COLOR": "1"], .none, "1mx"),
      (["TERM": "xterm"], .sixteen, "\u{1B}[31m"),
      (["TERM": "linux", "COLORTERM": "truecolor"], .sixteen, "\u{1B}[31m"),
      (["TERM": "vt100"], .none, "x"),
    ])
    func `colours step down to what the terminal has`(
      environment: [String: String], depth: ColorDepth, sequence: String
    ) throws {
      try withTerminal(environment: environment) { terminal, pseudo in
        #expect(terminal.colorDecision.depth == depth)
        let style = Style(foreground: Color(hex: 0xFF8060), attributes: .bold)
        terminal.drawAll(picture(terminal.size) { $0.write("x", at: .zero, style: style) })
        let bytes = pseudo.output()
        #expect(bytes.contains(sequence), "\(bytes.debugDescription)")
        #expect(!bytes.contains("38;2;"))
      }
    }

    @Test func `names can't send anything but text`() throws {
      let hostile = [
        "\u{1B}[2J", "\u{1B}]0;title\u{7}", "a\nb\tc\r\u{8}", "\u{9B}31m", "\u{202E}abc\u{2066}",
        "a\u{200B}\u{FEFF}\u{200D}b", "🇩🇪👨\u{200D}👩\u{200D}👧", "\u{10FFFF}\u{378}",
        String(repeating: "e\u{301}\u{302}\u{303}", count: 500),
        String(repeating: "日", count: 5_000),
      ]
      try withTerminal { terminal, pseudo in
        _ = pseudo.output()
        terminal.drawAll(
          picture(terminal.size) { canvas in
            for (row, name) in hostile.enumerated() {
              canvas.write(name, at: Point(column: 0, row: row), style: .plain)
            }
          })
        var rest = pseudo.output()[...]
        for scalar in rest.unicodeScalars {
          let category = scalar.properties.generalCategory
          let isAllowed = category != .control || "\u{1B}\r\n\u{8}".unicodeScalars.contains(scalar)
          #expect(isAllowed && category != .format, "U+\(String(scalar.value, radix: 16))")
        }
        // Each escape character starts one of the sequences that ncurses uses to draw.
        while let escape = rest.firstIndex(of: "\u{1B}") {
          rest = rest[rest.index(after: escape)...]
          let drawing = #/^\[[0-9;?]*[A-Za-z]|^[M78]/#
          #expect(rest.prefixMatch(of: drawing) != nil, "\(rest.prefix(12).debugDescription)")
        }
      }
    }

    @Test func `a locale without UTF-8 gets ASCII alone`() throws {
      let environment = ["TERM": "xterm-256color", "LC_ALL": "C"]
      try withTerminal(environment: environment) { terminal, pseudo in
        #expect(!terminal.isUTF8)
        #expect(terminal.glyphs == .ascii)
        terminal.drawAll(picture(terminal.size) { $0.write("日本 é─x", at: .zero, style: .plain) })
        let bytes = pseudo.output()
        #expect(bytes.utf8.allSatisfy { $0 < 0x80 })
        #expect(bytes.contains("? ?  ??x"), "\(bytes.debugDescription)")
      }
    }

    @Test func `any picture fits any screen`() throws {
      try withTerminal { terminal, pseudo in
        for (columns, rows) in [(1, 1), (300, 100), (2, 50), (50, 1), (20, 4), (80, 24)] {
          for grid in [Size(columns: columns, rows: rows), .zero, Size(columns: 99, rows: 3)] {
            pseudo.resize(columns: columns, rows: rows)
            terminal.drawAll(
              CellGrid(size: grid) { canvas in
                canvas.fill(with: Glyph("日"), style: Style(background: .palette(4)))
                canvas.box(style: .plain)
              })
          }
        }
        #expect(pseudo.output().isEmpty == false)
      }
    }

    @Test func `frames are shown in one go where the terminal says that it can`() throws {
      try withTerminal { terminal, pseudo in
        #expect(pseudo.output().contains(TerminalModes.askSynchronized))
        terminal.drawAll(picture(terminal.size) { $0.write("a", at: .zero, style: .plain) })
        #expect(!pseudo.output().contains(TerminalModes.frameBegins))
        pseudo.type("\u{1B}[?2026;2$y")
        #expect(terminal.nextEvent(timeout: .seconds(5)) == nil)
        #expect(terminal.isSynchronized)
        terminal.drawAll(picture(terminal.size) { $0.write("b", at: .zero, style: .plain) })
        let bytes = pseudo.output()
        #expect(bytes.hasPrefix(TerminalModes.frameBegins))
        #expect(bytes.hasSuffix(TerminalModes.frameEnds))
      }
      let never = CursesTerminalOptions(synchronizedOutput: false)
      try withTerminal(options: never) { _, pseudo in
        #expect(!pseudo.output().contains(TerminalModes.askSynchronized))
      }
    }

    @Test func `more styles than there are pairs are survived`() throws {
      try withTerminal(environment: ["TERM": "xterm", "LC_ALL": "C.UTF-8"]) { terminal, pseudo in
        for round in 0..<3 {
          terminal.drawAll(
            picture(terminal.size) { canvas in
              for index in 0..<256 {
                let style = Style(
                  foreground: .palette(UInt8(index % 16)), background: .palette(UInt8(index / 16)))
                canvas.put(
                  Glyph("x"), at: Point(column: index % 64 + round, row: index / 64), style: style)
              }
            })
          #expect(pseudo.output().contains("x"))
        }
        terminal.drawAll(
          picture(terminal.size) { canvas in
            canvas.write(
              "y", at: .zero, style: Style(foreground: .palette(1), background: .palette(2)))
          })
        let bytes = pseudo.output()
        #expect(bytes.contains("\u{1B}[31m") && bytes.contains("\u{1B}[42m"))
      }
    }
  }
}

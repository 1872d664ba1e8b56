import AsyncTopCurses
import Glibc
import AsyncTopTerminal

/// A program that shows the events it gets, for tests that look at it from outside.
///
/// `q` ends it; `s` makes a bad access, `a` aborts, `t` traps.
@main struct TerminalFixture {
  static func main() throws {
    var environment: [String: String] = [:]
    for name in ["TERM", "COLORTERM", "NO_COLOR", "LC_ALL"] {
      environment[name] = unsafe getenv(name).map { unsafe String(cString: $0) }
    }
    let terminal = try CursesTerminal(environment: environment)
    let reason = show(on: terminal)
    terminal.close()
    print("ended by \(reason)")
    exit(0)
  }

  /// Shows events until one of them ends it; returns which.
  static func show(on terminal: CursesTerminal) -> String {
    var last = "ready \(getpid())"
    while true {
      terminal.draw(picture(last, on: terminal))
      guard let event = terminal.nextEvent(timeout: nil) else { continue }
      switch event {
      case .key(let chord) where chord == KeyChord("q"): return "q"
      case .interrupt(let signal): return "signal \(signal)"
      case .endOfInput: return "end of input"
      case .key(let chord):
        crash(chord)
        last = "key \(chord)"
      case .mouse(let mouse):
        last = "mouse \(mouse.action) \(mouse.position.column),\(mouse.position.row)"
      case .paste(let text): last = "paste \(text)"
      case .resize(let size): last = "size \(size.columns)x\(size.rows)"
      case .resumed: last = "resumed"
      }
    }
  }

  static func picture(_ text: String, on terminal: CursesTerminal) -> CellGrid {
    var canvas = Canvas(size: terminal.size, glyphs: terminal.glyphs)
    canvas.box(style: Style(foreground: Color(hex: 0x40A0F0)), title: "fixture")
    canvas.write(
      text, at: Point(column: 2, row: 1),
      style: Style(foreground: Color(hex: 0xF0A040), attributes: .bold))
    return canvas.grid
  }

  static func crash(_ chord: KeyChord) {
    switch chord.typedCharacter {
    case "s": unsafe UnsafeMutablePointer<Int>(bitPattern: 8)?.pointee = 1
    case "a": abort()
    case "t": preconditionFailure("asked to trap")
    default: break
    }
  }
}

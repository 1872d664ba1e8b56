import AsyncTopDashboard
import AsyncTopBus
import AsyncTopTerminal
import TestSessions
import Testing

@Suite struct `Absurd screens and names` {
  static let sizes: [Size] =
    [0, 1, 2, 7, 19, 40, 60, 80, 300].flatMap { columns in
      [0, 1, 2, 3, 5, 9, 14, 24, 100].map { Size(columns: columns, rows: $0) }
    }

  @Test(arguments: [
    "1", "2", "3", "4", "5", "6", "7", "9", "H", "H H", "7 enter", "5 enter", "4 enter", "enter",
    "2 down enter", "3 enter", "?", "s", "/ a b", "2 / c l", "@ 1",
  ])
  func `every view is drawn at every size, and takes every key there`(keys: String) {
    var dashboard = TestDashboard(.server(), 80, 24, options: .playing(TestPlayback()))
    dashboard.press(keys)
    for size in Self.sizes {
      dashboard.size = size
      #expect(dashboard.model.draw(size: size).size == size)
    }
    for size in Self.sizes {
      var small = dashboard
      small.size = size
      small.press("down end pgup home right + * g G w W o tab i")
      small.mouse(.press, size.columns / 2, size.rows / 2)
      small.mouse(.wheelDown, 0, 0)
      #expect(small.model.draw(size: size).size == size)
    }
  }

  @Test func `nothing is drawn before the first snapshot but that`() {
    var model = DashboardModel()
    #expect(
      model.draw(size: Size(columns: 40, rows: 2)).textRows == ["waiting for the first sample", ""])
    #expect(model.handle(.key(KeyChord("j"))).isEmpty)
  }

  @Test(arguments: ["1", "2", "3", "4", "5", "6", "7", "9", "enter", "3 enter", "2 enter"])
  func `a session of nothing has empty views`(keys: String) {
    var dashboard = TestDashboard(TestSession(), 60, 16)
    dashboard.press(keys + " down up end home enter w o")
    #expect(dashboard.picture().last?.hasPrefix("q quit") == true)
  }

  @Test(arguments: [
    "\u{1B}[31mred\u{1B}]0;title\u{7}", "two\nlines\tand a tab", "\u{202E}desrever\u{2066}",
    "zero\u{200B}width\u{FEFF}", "e\u{301}\u{301}\u{301}\u{301}", "宽字符名字很长很长很长很长",
    "🇩🇪👩‍👩‍👧", "\u{9B}31m", String(repeating: "long ", count: 40),
  ])
  func `a name does no harm, wherever it is drawn`(name: String) {
    let session = TestSession()
    session.create(1, name).createGroup(50, name, owner: 1)
    session.create(2, name, parent: 1, group: 50, flags: .child)
    let lock = session.createResource(.lock, name, holder: 1)
    session.run(2, for: .milliseconds(1), thenWait: .resource(lock))
    session.arm(in: .seconds(1), owner: 1, site: session.source(name, 1, name))
    var dashboard = TestDashboard(session)
    for keys in ["1", "2", "3", "4", "5", "6", "7", "9", "1 enter", "2 down enter", "1 end w"] {
      dashboard.press(keys)
      for row in dashboard.picture() {
        #expect(row.unicodeScalars.allSatisfy { isHarmless($0) }, "\(row.debugDescription)")
        #expect(SafeText.columns(of: row) <= 80)
      }
    }
  }

  private func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator: false
    default: true
    }
  }
}

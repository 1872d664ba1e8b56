import AsyncTopTerminal
import TestSessions
import Testing

@testable import AsyncTopDashboard

@Suite struct `Actions and keys` {
  @Test func `every action stands in the table once, with a key and a help text`() {
    #expect(Set(Action.all).count == Action.all.count)
    for action in Action.all {
      #expect(!action.keys.isEmpty && !action.help.isEmpty)
    }
  }

  @Test func `no key means two things in the same place`() {
    for action in Action.all {
      for key in action.keys {
        let others = Action.all.filter { other in
          other != action && other.keys.contains(key)
            && !(Set([action.scope, other.scope]) == [.table, .tree])
        }
        #expect(others.isEmpty, "\(key) is \(action.name) and \(others.map(\.name))")
      }
    }
  }

  @Test func `a key map gives an action other keys, and takes them from others`() {
    let keys = KeyMap(changing: [.quit: [KeyChord("x")], .up: [KeyChord("q")], .first: []])
    #expect(keys.action(for: KeyChord("x"), in: [.everywhere]) == .quit)
    #expect(keys.action(for: KeyChord("q"), in: [.everywhere, .rows]) == .up)
    #expect(keys.action(for: KeyChord("g"), in: [.everywhere, .rows]) == nil)
    #expect(keys.keys(for: .quit) == [KeyChord("x")])
    let taken = KeyMap(changing: [.reverse: [KeyChord("s")]])
    #expect(taken.action(for: KeyChord("s"), in: [.table]) == .reverse)
    #expect(!taken.keys(for: .sortMenu).contains(KeyChord("s")))
  }

  @Test func `the bottom line and the help show the keys of the map`() {
    let keys = KeyMap(changing: [.quit: [KeyChord("x")]])
    var dashboard = TestDashboard(.server(), options: DashboardOptions(keys: keys))
    #expect(dashboard.picture().last?.hasPrefix("x quit") == true)
    dashboard.press("?")
    #expect(dashboard.picture().contains { $0.contains("x                leave") })
    dashboard.press("x")
    #expect(dashboard.effects == [.quit(signal: nil)])
  }

  @Test func `signals, the end of input and a return from the shell have effects`() {
    var model = DashboardModel()
    #expect(model.handle(.interrupt(signal: 15)) == [.quit(signal: 15)])
    #expect(model.handle(.endOfInput) == [.quit(signal: nil)])
    #expect(model.handle(.resumed) == [.redraw])
    #expect(model.handle(.key(KeyChord(.character("z"), .control))) == [.suspend])
  }

  @Test func `views follow each other in a circle`() {
    var dashboard = TestDashboard()
    var seen: [ScreenID] = []
    for _ in 0..<9 {
      dashboard.press("tab")
      seen.append(dashboard.model.screen)
    }
    let others = ["sites", "resources", "waits", "threads", "warnings"].map { ScreenID($0) }
    #expect(seen == [.tree, .timers] + others + [.tasks, .tree])
    dashboard.press("S-tab")
    #expect(dashboard.model.screen == .tasks)
  }
}

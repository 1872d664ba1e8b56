import Foundation
import TestFixtures
import Testing

@Suite struct `The dashboard on a terminal` {
  /// The row of a text, from 0.
  func row(of text: String, _ window: Window) throws -> Int {
    let screen = try window.tmux.wait { $0.contains(text) }
    // The last one: the header's warnings may have it too.
    return try #require(Window.lines(screen).lastIndex { $0.contains(text) })
  }

  @Test(arguments: [(80, 24), (200, 60), (20, 4)])
  func `shows each view at each size`(columns: Int, rows: Int) throws {
    let target = try Target(scenario: "native")
    let window = try Window("attach \(target.id)", columns: columns, rows: rows)
    for (key, text) in [("2", "audit"), ("3", "LEFT"), ("1", "NAME")] {
      let screen = try window.press(key) { $0.contains(text) }
      #expect(Window.lines(screen).allSatisfy { $0.count <= columns })
    }
    #expect(try window.tmux.screen.contains("packer 1") || rows == 4)
    try window.quit()
  }

  @Test func `sorts, filters and shows all again`() throws {
    let target = try Target(scenario: "native")
    let window = try Window("attach \(target.id)")
    try window.press("/") { $0.contains("filter:") }
    try window.tmux.type("packer")
    try window.tmux.wait(for: #/4 of \d+ .*filter: packer/#)
    try window.press("Enter") { !$0.contains("reception") && $0.contains("packer 4") }
    try window.press("Escape") { $0.contains("reception") }
    try window.press("s") { $0.contains("─ Sort by ─") }
    try window.tmux.press("Home")
    for _ in 0..<2 { try window.tmux.press("Down") }
    try window.press("Enter") { $0.contains(#/NAME[▲▼]/#) }
    let ascending = try window.tmux.wait(for: #/NAME▲/#)
    let descending = try window.press("i") { $0.contains("NAME▼") }
    #expect(Window.lines(ascending)[5] != Window.lines(descending)[5])
    try window.quit()
  }

  @Test func `the selection stays with its task while rows move`() throws {
    let target = try Target(scenario: "native")
    let window = try Window("attach \(target.id)", columns: 160)
    // By the time in its state: the order changes all the time.
    try window.press("s") { $0.contains("─ Sort by ─") }
    for _ in 0..<13 { try window.tmux.press("Down") }
    for _ in 0..<2 { try window.tmux.press("Up") }
    try window.press("Enter") { $0.contains(#/SINCE[▲▼]/#) }
    for _ in 0..<6 { try window.tmux.press("Down") }
    try window.press("Space") { $0.hasPrefix("PAUSED") }
    let first = try #require(try window.selection)
    let name = try #require(first.firstMatch(of: #/(\d+) \S/#)).1
    try window.press("Space") { $0.hasPrefix("LIVE") }
    // As long as the task lives, it is the one that is selected.
    var rows = Set<String>()
    for _ in 0..<20 {
      let line = try #require(try window.selection)
      rows.insert(line)
      guard line.contains(" \(name) ") else {
        let ids = try target.listing().tasks?.map { "\($0.id)" } ?? []
        #expect(!ids.contains(String(name)), "\(line) is not \(first)")
        break
      }
    }
    #expect(!rows.isEmpty)
    try window.quit()
  }

  @Test func `details open with Enter and close with Esc`() throws {
    let target = try Target(scenario: "native")
    let window = try Window("attach \(target.id)", columns: 200, rows: 40)
    try window.press("/") { $0.contains("filter:") }
    try window.tmux.type("packing hall")
    try window.tmux.wait(for: #/1 of \d+ .*filter/#)
    try window.press("Enter") { !$0.contains("\nfilter:") }
    let line = try Repository.line(
      of: "name: \"packing hall\"", in: "DemoPrograms/NativeProgram.swift")
    let details = try window.press("Enter") { $0.contains("task ") && $0.contains("Created at") }
    #expect(details.contains("“packing hall”"))
    #expect(details.contains("group of 4, 4 running"))
    #expect(details.contains("NativeProgram.swift:\(line)"))
    let group = try window.press("w") { $0.contains("Waited for by") }
    for packer in 1...4 { #expect(group.contains("“packer \(packer)”")) }
    try window.press("Escape") { $0.contains("Created at") }
    try window.press("Escape") { $0.contains("WAITS FOR") }
    try window.quit()
  }

  @Test func `pausing freezes the picture while the app goes on`() throws {
    let target = try Target(scenario: "native")
    let window = try Window("attach \(target.id)")
    try window.press("Space") { $0.hasPrefix("PAUSED") }
    let picture = try window.tmux.wait(for: #/PAUSED/#)
    let polls = try #require(try target.listing().named["reception"]?.polls)
    try Waiting.answer("the app stands still") {
      (try target.listing().named["reception"]?.polls ?? 0) > polls + 10 ? true : nil
    }
    let later = try window.tmux.screen
    // Only what drawing itself costs may differ.
    let without = { (screen: String) in screen.replacing(#/asynctop sample .*/#, with: "") }
    #expect(without(picture) == without(later))
    try window.press("Space") { $0.hasPrefix("LIVE") }
    try window.tmux.wait { without($0) != without(picture) }
    try window.quit()
  }

  @Test func `a click selects, a second looks closer, and the wheel moves`() throws {
    let target = try Target(scenario: "trouble")
    try target.wait(for: "entry 12")
    let window = try Window("attach \(target.id)", rows: 14)
    try window.press("2") { $0.contains("├─") }
    try window.press("Space") { $0.hasPrefix("PAUSED") }
    let row = try row(of: "transfer B", window)
    func click(_ column: Int, _ row: Int, button: Int = 0) throws {
      try window.tmux.type("\u{1B}[<\(button);\(column + 1);\(row + 1)M")
    }
    try click(30, row)
    try Waiting.answer("not selected") {
      try window.selection?.contains("transfer B") == true ? true : nil
    }
    try click(30, row)
    try window.tmux.wait(for: #/task \d+ “transfer B”/#)
    try window.press("1") { $0.contains("NAME") }
    let tab = try #require(try window.lines.first { $0.contains("2 Tree") }?.firstRange(of: "3 Ti"))
    let line = try #require(try window.lines.first { $0.contains("2 Tree") })
    try click(
      line.distance(from: line.startIndex, to: tab.lowerBound), try self.row(of: "2 Tree", window))
    try window.tmux.wait(for: #/LEFT/#)
    try window.press("1") { $0.contains("NAME") }
    let before = try window.lines
    for _ in 0..<3 { try click(10, 10, button: 65) }
    try window.tmux.wait { Window.lines($0) != before }
    try window.quit()
  }

  @Test func `any size, at any time`() throws {
    let target = try Target(scenario: "native")
    let window = try Window("attach \(target.id)")
    for (columns, rows) in [(1, 1), (300, 100), (20, 4), (2, 50), (200, 1), (80, 24)] {
      try window.tmux.run(["resize-window", "-x", "\(columns)", "-y", "\(rows)"])
      for key in ["2", "3", "1", "Enter", "1", "?", "?", "s", "s"] { try window.tmux.press(key) }
    }
    let screen = try window.tmux.wait { $0.contains("NAME") && $0.contains("q quit") }
    #expect(Window.lines(screen)[0].hasPrefix("LIVE  asynctop"))
    try window.quit()
  }

  @Test func `names that no terminal should obey are drawn harmlessly`() throws {
    let target = try Target([Fixture.path(of: "NamesFixture").path])
    try target.wait(for: "the last one")
    let window = try Window("attach \(target.id)", columns: 120, rows: 30)
    for view in ["1", "2", "3"] {
      let screen = try window.press(view) { $0.contains(view == "3" ? "LEFT" : "the last one") }
      let lines = Window.lines(screen)
      // Had a name cleared the screen or moved the cursor, the first and last line were not there.
      #expect(lines[0].hasPrefix("LIVE  NamesFixture"))
      #expect(lines[29].hasPrefix("q quit"))
      #expect(try window.tmux.run(["display-message", "-p", "#{pane_title}"]) != "owned\n")
      for scalar in screen.unicodeScalars where scalar != "\n" {
        let category = scalar.properties.generalCategory
        #expect(category != .control && category != .format, "\(scalar.escaped(asASCII: true))")
      }
      for _ in 0..<14 {
        try window.tmux.press("Down")
        try window.press("Enter") { $0.contains("Details") }
        try window.press("Escape") { !$0.contains("Details") }
      }
    }
    try window.quit()
  }
}

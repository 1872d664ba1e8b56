import Foundation
import TestFixtures
import Testing

/// The keys are read from the help, so that a new one is tested by being there.
@Suite struct `Every key of the help` {
  /// Keys that end or stop the dashboard have tests of their own.
  static let leaving = ["leave", "stop asynctop"]
  /// Keys for which there may be nothing to do: to close, to draw again, to show what is shown.
  static let silent = ["Escape", "C-l", "1"]

  static func recording(of scenario: String) throws -> Scratch {
    let scratch = try Scratch()
    let target = try Target(scenario: scenario)
    try target.wait(for: scenario == "native" ? "packer" : "stubborn")
    let run = try Command(
      "record", target.id, "-o", scratch.file("session.asyncrec"), "--duration", "2s")
    #expect(run.status == 0)
    return scratch
  }

  @Test func `does something where it belongs`() throws {
    let target = try Target(scenario: "trouble")
    try target.wait(for: "entry 12")
    let window = try Window("attach \(target.id)", columns: 120, rows: 42)
    let keys = try HelpKeys(window.tmux)
    #expect(keys.entries.count > 22)
    #expect(!keys.entries.contains { $0.part == "In a recording" })
    try window.press("Space") { $0.hasPrefix("PAUSED") }
    for (view, part) in [
      ("1", "Everywhere"), ("1", "On rows"), ("1", "In a table"), ("2", "In the tree"),
    ] {
      let entries = keys.entries.filter { $0.part == part }
      #expect(!entries.isEmpty)
      try expectChanges(entries, in: view, of: window)
    }
    try window.quit()
  }

  @Test func `does something in a recording`() throws {
    let recording = try Self.recording(of: "trouble")
    let file = recording.file("session.asyncrec")
    let window = try Window("play --paused \(file)", columns: 120, rows: 42)
    let entries = try HelpKeys(window.tmux).entries.filter { $0.part == "In a recording" }
    #expect(entries.count > 14)
    // There are no marks in it.
    let useful = entries.filter { !$0.text.contains("mark") }
    try expectChanges(useful, in: "1", of: window)
    try window.quit()
  }

  /// Presses each key on a picture that stands still, in which it changes something.
  func expectChanges(_ entries: [HelpKeys.Entry], in view: String, of window: Window) throws {
    for entry in entries where !Self.leaving.contains(where: entry.text.contains) {
      for key in entry.keys where !Self.silent.contains(key) {
        try prepare(view, for: entry, window)
        let before = try window.tmux.run(["capture-pane", "-p", "-e"])
        try window.tmux.press(key)
        try Waiting.answer("\(key) in view \(view) does nothing: \(entry.text)", within: 5) {
          try window.tmux.run(["capture-pane", "-p", "-e"]) != before ? true : nil
        }
        try window.tmux.wait(until: isWhole)
        try putBack(window)
      }
    }
  }

  /// Goes to the middle: of the rows, or of the recording.
  func prepare(_ view: String, for entry: HelpKeys.Entry, _ window: Window) throws {
    let title = ["1": "ID NAME", "2": "TASK  "][view] ?? ""
    try window.press(view) { $0.contains(title) }
    if entry.part == "In a recording" {
      try window.press("@") { $0.contains("go to:") }
      try window.tmux.type("50%")
      try window.press("Enter") { !$0.contains("go to:") }
      try window.press("=") { !$0.contains(#/[2-9]×|[½¼]×/#) }
      try window.press("}") { $0.contains("2×") }
    } else {
      // The task that is deadlocked waits, is waited for, has an owner, and rows around it.
      try window.press("Home") { _ in true }
      let lines = try window.lines
      let titles = try #require(lines.firstIndex { $0.contains(title) })
      // The header's warnings name it too.
      let row = try #require(
        lines.indices.dropFirst(titles + 1).first { lines[$0].contains("transfer B") })
      for _ in 0..<(row - titles - 1) { try window.tmux.press("Down") }
      try Waiting.answer("transfer B is not selected") {
        try window.selection?.contains("transfer B") == true ? true : nil
      }
      guard entry.part == "In the tree" else { return }
      // Something that can be folded, and is half open.
      try window.tmux.press("Down")
      try Waiting.answer("forgotten batch is not selected") {
        try window.selection?.contains("forgotten batch") == true ? true : nil
      }
      if entry.text == "show what is below" {
        try window.press("Left") { !$0.contains("entry 1") }
      }
    }
  }

  /// Closes what a key opened, and lets the picture stand still again.
  func putBack(_ window: Window) throws {
    let screen = try window.tmux.screen
    if screen.contains(#/─ (Keys|Sort by) ─|\n(filter|go to):/#) {
      try window.press("Escape") { !$0.contains(#/─ (Keys|Sort by) ─|\n(filter|go to):/#) }
    }
    if screen.hasPrefix("LIVE") { try window.press("Space") { $0.hasPrefix("PAUSED") } }
    if screen.contains("CAUSE") { try window.press("2") { $0.contains("TASK  ") } }
    if screen.contains("▸ forgotten") {
      try window.press("2") { $0.contains("TASK  ") }
      try window.press("Right") { $0.contains("entry 1") }
    }
    if screen.contains("▸ main") { try window.press("*") { $0.contains("entry 1") } }
  }

  /// Whether a picture is whole: header and tabs on top, hints below, or something open over it.
  func isWhole(_ screen: String) -> Bool {
    let lines = Window.lines(screen)
    guard screen.contains(Window.heading), lines.count > 41 else { return false }
    return screen.contains(#/─ (Keys|Sort by) ─/#)
      || screen.contains(#/\n 1 Tasks .*2 Tree .*3 Timers/#) && lines[41].hasPrefix("q quit")
  }

  /// All keys as fast as they come, in any view and at any size.
  @Test(arguments: [(80, 24), (200, 60), (20, 4)])
  func `can be pressed at any speed`(columns: Int, rows: Int) throws {
    let target = try Target(scenario: "trouble")
    let window = try Window("attach \(target.id)", columns: 120, rows: 42)
    let keys = try HelpKeys(window.tmux).entries
      .filter { entry in !Self.leaving.contains(where: entry.text.contains) }.flatMap(\.keys)
    try window.tmux.run(["resize-window", "-x", "\(columns)", "-y", "\(rows)"])
    for view in ["1", "2", "3"] {
      try window.tmux.run(["send-keys", view] + keys + [view] + keys.reversed())
    }
    try window.tmux.press("C-c")
    try window.expectRestored()
  }
}

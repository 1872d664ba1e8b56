import TestFixtures
import Testing

@Suite struct `A recording on a terminal` {
  let recording: Scratch

  init() throws {
    recording = try `Every key of the help`.recording(of: "native")
  }

  /// The position in milliseconds, as the header says.
  func position(_ screen: String) -> Int? {
    guard let clock = screen.firstMatch(of: #/^REC (\d+):(\d+)\.(\d{3})/#) else { return nil }
    guard let minutes = Int(clock.1), let seconds = Int(clock.2), let parts = Int(clock.3)
    else { return nil }
    return (minutes * 60 + seconds) * 1000 + parts
  }

  /// How many polls the steps of the details count together.
  func polls(_ screen: String) -> Int? {
    let counts = screen.matches(of: #/\n ≤ \S+ +(\d+)/#).compactMap { Int($0.1) }
    return counts.isEmpty ? nil : counts.reduce(0, +)
  }

  func expect(_ window: Window, _ key: String, to range: ClosedRange<Int>) throws {
    try window.press(key) { position($0).map(range.contains) ?? false }
  }

  @Test func `is sought by keys, forward and back`() throws {
    let window = try Window("play --paused \(recording.file("session.asyncrec"))")
    let end = try #require(position(try window.press("$") { (position($0) ?? 0) > 1800 }))
    #expect((1900...2300).contains(end))
    try expect(window, "0", to: 0...0)
    try expect(window, "S-Right", to: (end / 10 - 2)...(end / 10 + 2))
    try expect(window, ">", to: (end / 10 + 98)...(end / 10 + 102))
    try expect(window, "<", to: (end / 10 - 2)...(end / 10 + 2))
    try expect(window, "S-Left", to: 0...2)
    try expect(window, "C-Right", to: end...end)
    try expect(window, "C-Left", to: 0...0)
    for (text, moment) in [("1.25", 1250), ("50%", end / 2), ("+200ms", end / 2 + 200)] {
      try window.press("@") { $0.contains("go to:") }
      try window.tmux.type(text)
      try window.tmux.wait { $0.contains("go to: \(text)") }
      try expect(window, "Enter", to: (moment - 3)...(moment + 3))
    }
    try window.press("@") { $0.contains("go to:") }
    try window.tmux.type("nonsense")
    try window.press("Enter") { $0.contains("write 12.5, 1:30") }
    try window.press("Escape") { !$0.contains("go to:") }
    try window.quit()
  }

  @Test func `shows the recent polls of a task, at any moment`() throws {
    let window = try Window("play --paused \(recording.file("session.asyncrec"))", rows: 60)
    try window.press("$") { (position($0) ?? 0) > 1800 }
    try window.press("/") { $0.contains("filter:") }
    try window.tmux.type("reception")
    try window.tmux.wait(for: #/1 of \d+ .*filter/#)
    try window.press("Enter") { !$0.contains("\nfilter:") }
    let late = polls(try window.press("Enter") { (polls($0) ?? 0) > 10 })
    try window.press("0") { $0.contains("polls seen    none yet") }
    try window.press("@") { $0.contains("go to:") }
    try window.tmux.type("50%")
    let half = polls(try window.press("Enter") { polls($0) != nil })
    #expect(try #require(half) < #require(late))
    try window.press("$") { polls($0) == late }
    try window.quit()
  }

  @Test func `is stepped event by event, and back to the same picture`() throws {
    let window = try Window("play --paused --at 1s \(recording.file("session.asyncrec"))", rows: 40)
    // Where it begins is between two events; one step further it is at one.
    let start = try picture(after: ".", times: 1, in: window)
    let later = try picture(after: ".", times: 40, in: window)
    #expect(later != start)
    #expect(try picture(after: ",", times: 40, in: window) == start)
    try window.quit()
  }

  /// What is shown once a key has been dealt with so many times: the help, which comes and goes
  /// after it, tells.
  private func picture(after key: String, times: Int, in window: Window) throws -> [String] {
    for _ in 0..<times { try window.tmux.press(key) }
    try window.press("?") { $0.contains("─ Keys ─") }
    // Its lower right corner is what goes last.
    return body(try window.press("?") { !$0.contains("─ Keys ─") && !$0.contains("┘") })
  }

  /// What tasks do, as the header says, and the rows of the view, without graphs, warnings and
  /// their count, which depend on the way.
  func body(_ screen: String) -> [String] {
    let lines = Window.lines(screen)
    return [lines[4]] + lines.dropFirst(7)
  }

  @Test func `is played at a speed, and stops at its end`() throws {
    let window = try Window("play --paused \(recording.file("session.asyncrec"))")
    try window.press("{") { $0.contains("½×") }
    try window.press("{") { $0.contains("¼×") }
    try window.press("=") { $0.contains("paused  1×") }
    try window.press("}") { $0.contains("2×") }
    try window.press("Space") { $0.contains("playing  2×") }
    try window.tmux.wait { (position($0) ?? 0) > 300 }
    try window.press("Space") { $0.contains("paused") }
    let stopped = try #require(position(try window.tmux.screen))
    try window.press("Space") { (position($0) ?? 0) > stopped }
    let end = try window.tmux.wait { $0.contains("paused") && (position($0) ?? 0) > 1900 }
    #expect(end.contains("packer"))
    try window.quit()
  }
}

import AsyncTopDashboard
import AsyncTopTerminal
import TestSessions
import Testing

@Suite struct `A recording in the dashboard` {
  let playback = TestPlayback()

  func dashboard(_ columns: Int = 80, _ rows: Int = 20) -> TestDashboard {
    TestDashboard(.server(), columns, rows, options: .playing(playback))
  }

  @Test func `the line of time has the moment, the marks and how fast it goes`() {
    var dashboard = dashboard()
    playback.position = .milliseconds(12_345)
    playback.speed = 0.25
    let rows = dashboard.picture()
    #expect(rows[0].hasPrefix("REC 0:12.345  server"))
    #expect(rows[17] == "0:12.345 / 1:00.000  playing  ¼×  ▼ deploy")
    #expect(rows[18].contains("▼"))
    #expect(rows[18].contains("▇"))
    let cursor = Look.standard.palette[.timelineCursor]
    #expect(dashboard.model.draw(size: dashboard.size)[16, 18].style == cursor)
  }

  @Test func `damage is told`() {
    playback.damage = "a block is damaged"
    var dashboard = dashboard()
    #expect(dashboard.picture()[17].contains("a block is damaged"))
  }

  @Test(arguments: [
    (".", 20_100), (",", 19_900), (">", 20_100), ("<", 19_900), ("C-right", 25_000),
    ("C-left", 15_000), ("S-right", 26_000), ("S-left", 14_000), ("0", 0), ("$", 60_000),
    ("]", 45_000), ("[", 10_000), ("] ]", 45_000), ("[ [", 10_000),
  ])
  func `keys move in it`(keys: String, milliseconds: Int) {
    var dashboard = dashboard()
    playback.position = .seconds(20)
    dashboard.press(keys)
    #expect(playback.position == .milliseconds(milliseconds))
    #expect(dashboard.effects.allSatisfy { $0 == .sample })
    #expect(!dashboard.effects.isEmpty)
  }

  @Test func `space plays and pauses, a single event is looked at standing still`() {
    var dashboard = dashboard()
    dashboard.press("space")
    #expect(!playback.isPlaying)
    dashboard.press("space .")
    #expect(!playback.isPlaying)
  }

  @Test func `the speed doubles, halves and stops at its ends`() {
    var dashboard = dashboard()
    dashboard.press("} }")
    #expect(playback.speed == 4)
    dashboard.press("} } } } } } }")
    #expect(playback.speed == 64)
    dashboard.press("= { { { { {")
    #expect(playback.speed == 0.25)
  }

  @Test func `a click on the line goes there`() {
    var dashboard = dashboard()
    _ = dashboard.picture()
    dashboard.mouse(.press, 79, 18)
    #expect(playback.position == .seconds(60))
    dashboard.mouse(.press, 0, 18)
    #expect(playback.position == .zero)
  }

  @Test func `a moment is typed, and asked for again if it is none`() {
    var dashboard = dashboard()
    dashboard.press("@")
    dashboard.type("half")
    dashboard.press("enter")
    #expect(dashboard.picture()[18].hasPrefix("go to: half"))
    #expect(dashboard.picture()[18].contains("write 12.5, 1:30"))
    dashboard.press("C-u")
    dashboard.type("1:00")
    dashboard.press("enter")
    #expect(playback.position == .seconds(60))
    #expect(dashboard.effects == [.sample])
  }

  @Test func `a moment is shown to the nearest millisecond`() {
    #expect(MomentText.text(.nanoseconds(2_499_999_800)) == "0:02.500")
    #expect(MomentText.text(.seconds(3_723)) == "1:02:03.000")
    #expect(MomentText.text(.seconds(-1)) == "0:00.000")
  }

  @Test(arguments: [
    ("12.5", 12_500), ("12.5s", 12_500), ("1:30", 90_000), ("0:01:00.5", 60_500), ("+5s", 25_000),
    ("-200ms", 19_800), ("40%", 40_000), ("-1h", 0), ("2h", 100_000), ("1m", 60_000),
  ])
  func `moments are written in many ways`(text: String, milliseconds: Int) {
    let moment = MomentText.moment(text, from: .seconds(20), in: .seconds(100))
    #expect(moment == .milliseconds(milliseconds))
  }

  @Test(arguments: ["", "x", "1:2:3:4", "1e9", "--5", "5 5 x", "nan", "inf", "%", ":"])
  func `what is no moment is none`(text: String) {
    #expect(MomentText.moment(text, from: .zero, in: .seconds(100)) == nil)
  }

  @Test func `without a recording its keys do nothing`() {
    var dashboard = TestDashboard()
    dashboard.press(", . < > [ ] { } = @ 0 $")
    #expect(dashboard.effects.isEmpty)
    #expect(!dashboard.picture().contains { $0.contains("go to:") })
  }

  @Test func `one that is being made is followed, and says when nothing comes`() {
    let playback = TestPlayback()
    playback.isFollowing = true
    var dashboard = TestDashboard(.server(), 80, 24, options: .playing(playback))
    #expect(dashboard.picture().contains { $0.contains("as it is recorded  1×") })
    #expect(!dashboard.picture().contains { $0.contains("playing") })
    playback.silence = .milliseconds(7_200)
    #expect(dashboard.picture().contains { $0.contains("nothing has come for 7.2s") })
    playback.isFollowing = false
    #expect(dashboard.picture().contains { $0.contains("playing  1×  nothing has come") })
  }
}

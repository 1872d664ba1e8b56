import AsyncTopDashboard
import AsyncTopBus
import AsyncTopInsight
import AsyncTopTerminal

@testable import AsyncTopRecording

/// Everything that is printed and drawn of a recording, at some moments of it.
struct EveryOutput {
  private let playback: Playback
  private let controls: Controls
  private var model: DashboardModel
  private var meter = RateMeter()
  private var finished = FinishedTasks()
  private let places: LocationBook
  /// How many characters there were.
  private(set) var count = 0

  /// What the line of time needs.
  private final class Controls: PlaybackControls {
    let playback: Playback
    init(_ playback: Playback) { self.playback = playback }
    var position: Duration { playback.time }
    var duration: Duration { playback.duration }
    var isPlaying: Bool {
      get { playback.isPlaying }
      set { playback.isPlaying = newValue }
    }
    var speed: Double {
      get { playback.speed.factor }
      set { playback.speed = PlaybackSpeed(nearest: newValue) }
    }
    var marks: [PlaybackMark] { [] }
    var damage: String? { playback.damage.map { "\($0)" } }
    func density(parts: Int) -> [Double] { playback.recording.density(stretches: parts) }
    func step(events: Int) { playback.step(by: events) }
    func seek(to moment: Duration) { playback.seek(to: moment) }
  }

  init(_ playback: Playback) {
    self.playback = playback
    controls = Controls(playback)
    places = LocationBook(resolver: playback.recording)
    model = DashboardModel(DashboardOptions(resolver: playback.recording, playback: controls))
  }

  /// Prints and draws all.
  mutating func run() {
    for fraction in [1, 0, 0.5, 1.0] {
      playback.seek(toFraction: fraction)
      let snapshot = playback.snapshot()
      meter.update(snapshot)
      finished.update(snapshot)
      print(Insight(snapshot, finished: finished.tasks, places: places))
      model.update(snapshot)
      draw()
    }
    playback.isPlaying = true
    for _ in 0..<3 {
      playback.advance(by: .seconds(1))
      model.update(playback.snapshot())
      count += model.draw(size: Size(columns: 150, rows: 40)).textRows.joined().count
    }
  }

  private mutating func print(_ insight: Insight) {
    for column in TaskList.orders {
      write {
        PlainText.list(
          TaskList.self, insight, ListOptions(column: column, isReversed: true), to: &$0)
      }
    }
    for column in TimerList.orders {
      write { PlainText.list(TimerList.self, insight, ListOptions(column: column), to: &$0) }
    }
    write { stream in
      PlainText.list(TaskList.self, insight, ListOptions(filter: TextFilter("1")), to: &stream)
      PlainText.tree(insight, to: &stream)
      PlainText.waits(insight, to: &stream)
      JSONText.list(TaskList.self, insight, to: &stream)
      JSONText.list(TimerList.self, insight, to: &stream)
      JSONText.tree(insight, to: &stream)
      JSONText.waits(insight, to: &stream)
    }
    note(PlainText.summary(insight, rates: meter.rates))
    note([insight.emptiness ?? ""])
  }

  private mutating func write(_ body: (inout TextStream) -> Void) {
    count += TextStream.text(body).utf8.count
  }

  private mutating func note(_ lines: [String]) {
    for line in lines { count += line.utf8.count }
  }

  /// Every view, and the details of what is on it.
  private mutating func draw() {
    for keys in ["1", "2", "2 w", "3"] {
      press(keys)
      for _ in 0..<3 { press("enter escape down") }
    }
    press("2 w")
    for size in [Size(columns: 80, rows: 24), Size(columns: 200, rows: 30)] {
      note(model.draw(size: size).textRows)
    }
  }

  private mutating func press(_ keys: String) {
    for key in keys.split(separator: " ") {
      guard let chord = try? KeyChord(text: String(key)) else { continue }
      _ = model.handle(.key(chord))
      _ = model.draw(size: Size(columns: 100, rows: 30))
    }
  }
}

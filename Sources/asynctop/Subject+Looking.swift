import AsyncTopBus
import AsyncTopInsight
import AsyncTopLinux
import AsyncTopRecording

extension Subject {
  /// The time between two looks.
  private static let period: Duration = .milliseconds(250)
  /// The most looks at a recording.
  private static let lookLimit = 2_000

  /// Looks at it for some time, so that what one look can't tell is known: rates, and what checks
  /// find.
  ///
  /// - Parameters:
  ///   - time: For how long; of a recording, how much of the time before the moment.
  ///   - moment: The moment of a recording at which to end; nil for its end.
  ///   - folders: Where the program's files are looked for.
  /// - Returns: The last look, with what was before.
  func look(for time: Duration, until moment: Duration?, folders: [String]) -> Insight {
    let session = session()
    var observer = Observer()
    var insight = observer.look(at: session.snapshot(), of: self, folders: folders)
    switch self {
    case .live, .scanned, .joined:
      let end = SystemClock.monotonic +| UInt64(max(0, time / .nanoseconds(1)))
      while SystemClock.monotonic < end, insight.snapshot.process.isRunning {
        let left = Int32(clamping: (end -| SystemClock.monotonic) / 1_000_000)
        Program.waitReadable(-1, milliseconds: min(250, left + 1))
        insight = observer.look(at: session.snapshot(), of: self, folders: folders)
      }
    case .recorded(let recorded):
      let playback = recorded.playback
      playback.isPlaying = false
      let end = min(moment ?? playback.duration, playback.duration)
      let start = max(.zero, end - time)
      let step = max(Subject.period, (end - start) / Subject.lookLimit)
      var now = start
      while now < end {
        playback.seek(to: now)
        insight = observer.look(at: playback.snapshot(), of: self, folders: folders)
        now += step
      }
      playback.seek(to: end)
      insight = observer.look(at: playback.snapshot(), of: self, folders: folders)
    }
    return insight
  }

  /// What whoever looks again and again remembers.
  private struct Observer {
    private var meter = RateMeter()
    private var history = SessionHistory()
    private var finished = FinishedTasks()
    private var places: LocationBook?

    mutating func look(at snapshot: Snapshot, of subject: Subject, folders: [String]) -> Insight {
      let places =
        places ?? LocationBook(resolver: subject.resolver(for: snapshot, folders: folders))
      self.places = places
      finished.update(snapshot)
      meter.update(snapshot)
      let insight = Insight(snapshot, finished: finished.tasks, places: places)
      history.update(insight, rates: meter.rates)
      insight.history = history
      return insight
    }
  }
}

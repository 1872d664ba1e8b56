import AsyncTopTerminal

extension DashboardModel {
  /// The slowest and the fastest that a recording is played.
  static let speeds = 0.25...64.0
  /// A moment may come back from a recording's ticks different by this much.
  private static let rounding: Duration = .microseconds(1)

  /// Moves in the recording.
  mutating func play(_ action: Action) -> [Effect] {
    guard let playback = options.playback else { return [] }
    let part = playback.duration / 10
    switch action {
    case .eventForward: stepEvents(1, playback)
    case .eventBack: stepEvents(-1, playback)
    case .tenthForward: playback.seek(to: playback.position + .milliseconds(100))
    case .tenthBack: playback.seek(to: playback.position - .milliseconds(100))
    case .secondsForward: playback.seek(to: playback.position + .seconds(5))
    case .secondsBack: playback.seek(to: playback.position - .seconds(5))
    case .partForward: playback.seek(to: playback.position + part)
    case .partBack: playback.seek(to: playback.position - part)
    case .recordingStart: playback.seek(to: .zero)
    case .recordingEnd: playback.seekToEnd()
    case .nextMark:
      let after = playback.position + DashboardModel.rounding
      if let mark = playback.marks.first(where: { $0.moment > after }) {
        playback.seek(to: mark.moment)
      }
    case .previousMark:
      let before = playback.position - DashboardModel.rounding
      if let mark = playback.marks.last(where: { $0.moment < before }) {
        playback.seek(to: mark.moment)
      }
    case .faster: playback.speed = min(playback.speed * 2, DashboardModel.speeds.upperBound)
    case .slower: playback.speed = max(playback.speed / 2, DashboardModel.speeds.lowerBound)
    case .normalSpeed: playback.speed = 1
    default: return []
    }
    return [.sample]
  }

  /// A single event is looked at standing still.
  private func stepEvents(_ count: Int, _ playback: any PlaybackControls) {
    playback.isPlaying = false
    playback.step(events: count)
  }

  /// Goes to the moment that was typed, or asks again and says why.
  mutating func goToTime(_ field: TextField) -> [Effect] {
    guard let playback = options.playback, !field.isEmpty else { return [] }
    guard
      let moment = MomentText.moment(
        field.text, from: playback.position, in: playback.duration)
    else {
      prompt = Prompt(purpose: .time(problem: "write 12.5, 1:30, +5s or 40%"), field: field)
      return []
    }
    guard !MomentText.isBeyondEnd(field.text, of: playback.duration) else {
      let end = MomentText.text(playback.duration)
      prompt = Prompt(purpose: .time(problem: "it ends at \(end)"), field: field)
      return []
    }
    playback.seek(to: moment)
    return [.sample]
  }

  /// Goes to the moment at a column of the line of time.
  mutating func clickTimeline(at column: Int) -> [Effect] {
    guard let playback = options.playback else { return [] }
    let timeline = TimelineView(playback: playback, look: options.look)
    playback.seek(to: timeline.moment(at: column, columns: layout.timeline.columns))
    return [.sample]
  }
}

extension Action {
  static let eventBack = Action(
    "eventBack", .playback, [.typed(",")], "one event back", hint: "event")
  static let eventForward = Action(
    "eventForward", .playback, [.typed(".")], "one event forward", hint: "event")
  static let tenthBack = Action(
    "tenthBack", .playback, [.typed("<")], "a tenth of a second back")
  static let tenthForward = Action(
    "tenthForward", .playback, [.typed(">")], "a tenth of a second forward")
  static let secondsBack = Action(
    "secondsBack", .playback, [.control(.left)], "five seconds back")
  static let secondsForward = Action(
    "secondsForward", .playback, [.control(.right)], "five seconds forward")
  static let partBack = Action(
    "partBack", .playback, [.shift(.left)], "a tenth of the recording back")
  static let partForward = Action(
    "partForward", .playback, [.shift(.right)], "a tenth of the recording forward")
  static let recordingStart = Action(
    "recordingStart", .playback, [.control(.home), .typed("0")], "to the start of the recording")
  static let recordingEnd = Action(
    "recordingEnd", .playback, [.control(.end), .typed("$")], "to the end of the recording")
  static let previousMark = Action(
    "previousMark", .playback, [.typed("[")], "to the mark before", hint: "mark")
  static let nextMark = Action(
    "nextMark", .playback, [.typed("]")], "to the next mark", hint: "mark")
  static let slower = Action(
    "slower", .playback, [.typed("{")], "half as fast", hint: "speed")
  static let faster = Action(
    "faster", .playback, [.typed("}")], "twice as fast", hint: "speed")
  static let normalSpeed = Action(
    "normalSpeed", .playback, [.typed("=")], "as fast as it was")
  static let goToTime = Action(
    "goToTime", .playback, [.typed("@")], "go to a time: 12.5, 1:30, +5s, -200ms or 40%",
    hint: "go to")

  /// The ways through the time of a recording.
  static let playback: [Action] = [
    eventBack, eventForward, tenthBack, tenthForward, secondsBack, secondsForward, partBack,
    partForward, recordingStart, recordingEnd, previousMark, nextMark, slower, faster, normalSpeed,
    goToTime,
  ]
}

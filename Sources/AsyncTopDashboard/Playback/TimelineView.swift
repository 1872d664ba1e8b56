import AsyncTopInsight
import AsyncTopTerminal

/// The line of time of a recording: when much happened, the marks, and where playback stands.
struct TimelineView {
  let playback: any PlaybackControls
  let look: Look

  func draw(on canvas: inout Canvas) {
    guard canvas.size.rows > 0, canvas.size.columns > 0 else { return }
    canvas.fill(style: look[.timeline])
    if canvas.size.rows > 1 { drawFacts(on: &canvas) }
    drawScrubber(row: canvas.size.rows - 1, on: &canvas)
  }

  /// The moment at a column of the scrubber.
  func moment(at column: Int, columns: Int) -> Duration {
    guard columns > 1 else { return .zero }
    let part = Double(min(max(column, 0), columns - 1)) / Double(columns - 1)
    return .seconds(MomentText.seconds(playback.duration) * part)
  }

  private func column(of moment: Duration, columns: Int) -> Int {
    let length = MomentText.seconds(playback.duration)
    guard length > 0 else { return 0 }
    let part = min(max(MomentText.seconds(moment) / length, 0), 1)
    return Int((part * Double(columns - 1)).rounded())
  }

  private func drawScrubber(row: Int, on canvas: inout Canvas) {
    let columns = canvas.size.columns
    canvas.columns(
      playback.density(parts: columns), in: Rect(column: 0, row: row, columns: columns, rows: 1),
      style: look[.timeline])
    for mark in playback.marks {
      let point = Point(column: column(of: mark.moment, columns: columns), row: row)
      canvas.put(canvas.glyphs.descending, at: point, style: look[.mark])
    }
    let cursor = Point(column: column(of: playback.position, columns: columns), row: row)
    canvas.restyle(Rect(origin: cursor, size: Size(columns: 1, rows: 1))) { _ in
      look[.timelineCursor]
    }
  }

  private func drawFacts(on canvas: inout Canvas) {
    let state =
      playback.isFollowing ? "as it is recorded" : playback.isPlaying ? "playing" : "paused"
    var parts: [(text: String, style: Style)] = [
      (
        "\(MomentText.text(playback.position)) / \(MomentText.text(playback.duration))  ",
        look[.timeline]
      ),
      (state, look[playback.isPlaying ? .recording : .paused]),
      ("  \(TimelineView.text(speed: playback.speed))", look[.timeline]),
    ]
    if let mark = playback.marks.last(where: { $0.moment <= playback.position }) {
      parts.append(("  \(canvas.glyphs.descending) \(mark.label)", look[.mark]))
    }
    if let silence = playback.silence {
      let time = CompactText.duration(UInt64(max(.zero, silence) / .nanoseconds(1)))
      parts.append(("  nothing has come for \(time)", look[.warning]))
    }
    if let damage = playback.damage { parts.append(("  \(damage)", look[.error])) }
    if let notice = playback.notice { parts.append(("  \(notice)", look[.warning])) }
    canvas.write(parts, at: .zero)
  }

  /// A speed: `1×`, `¼×`, `64×`.
  static func text(speed: Double) -> String {
    switch speed {
    case 0.25: "¼×"
    case 0.5: "½×"
    default: speed == speed.rounded() ? "\(Int(speed))×" : "\(speed)×"
    }
  }
}

import AsyncTopTerminal

/// Where the parts of the screen are.
///
/// A high screen (30 rows) has room for the whole header. On a small screen the parts go in this
/// order: the header but for its first line (below 14 rows), the line of keys (below 9), the tabs
/// (below 6), the titles of columns (below 4), the header (below 3). A line that is being typed in,
/// and the line of time, stay to the last.
struct ScreenLayout: Hashable, Sendable {
  /// The facts about the process.
  let header: Rect
  /// The names of the views.
  let tabs: Rect
  /// The view.
  let body: Rect
  /// The line of time.
  let timeline: Rect
  /// The program that was started, and what it writes.
  let program: Rect
  /// The line that is typed in.
  let prompt: Rect
  /// The line of keys.
  let hints: Rect

  init(
    _ size: Size, header extent: HeaderView.Extent? = nil, hasPrompt: Bool, hasTimeline: Bool,
    programRows: (_ rows: Int) -> Int = { _ in 0 }
  ) {
    var rest = Rect(size: size)
    let rows = size.rows
    header = rest.cutTop((extent ?? .fitting(size)).rows(in: size))
    hints = rest.cutBottom(rows < 9 ? 0 : 1)
    prompt = rest.cutBottom(hasPrompt ? 1 : 0)
    timeline = rest.cutBottom(!hasTimeline || rows < 3 ? 0 : rows < 16 ? 1 : 2)
    program = rest.cutBottom(programRows(rest.rows))
    tabs = rest.cutTop(rows < 6 ? 0 : 1)
    body = rest
  }

  /// The titles of columns in a table that fills the body.
  var columnTitles: Rect {
    var body = body
    return body.cutTop(body.rows < 3 ? 0 : 1)
  }

  /// The rows of a table that fills the body.
  var tableRows: Rect {
    var body = body
    _ = body.cutTop(body.rows < 3 ? 0 : 1)
    return body
  }
}

import AsyncTopTerminal

/// Where the parts of the screen are.
///
/// A wide screen has room for the facts of the header in two lines. On a small screen the parts go
/// in this order: the line of keys (below 9 rows), the second and third line of the header (below
/// 14 and 20), the tabs (below 6), the titles of columns (below 4), the header (below 3). A line
/// that is being typed in, and the line of time, stay to the last.
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
    _ size: Size, hasPrompt: Bool, hasTimeline: Bool, programRows: (_ rows: Int) -> Int = { _ in 0 }
  ) {
    var rest = Rect(size: size)
    let rows = size.rows
    let isWide = size.columns >= HeaderView.wideColumns
    header = rest.cutTop(rows < 3 ? 0 : rows < 14 ? 1 : rows < 20 || isWide ? 2 : 3)
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

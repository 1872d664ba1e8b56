import AsyncTopBus
import AsyncTopInsight
import AsyncTopTerminal
import TestSessions

@testable import AsyncTopDashboard

/// A dashboard with a session, driven by keys and seen as pictures.
struct TestDashboard {
  let session: TestSession
  var model: DashboardModel
  var size: Size
  var effects: [Effect] = []

  init(
    _ session: TestSession = .server(), _ columns: Int = 80, _ rows: Int = 24,
    options: DashboardOptions = DashboardOptions()
  ) {
    self.session = session
    model = DashboardModel(options)
    size = Size(columns: columns, rows: rows)
    model.update(session.snapshot())
    _ = model.draw(size: size)
  }

  /// Takes a new snapshot.
  mutating func sample() {
    model.update(session.snapshot())
  }

  /// Presses keys in their text form, separated by spaces; draws after each, as a driver does.
  mutating func press(_ keys: String) {
    for key in keys.split(separator: " ") {
      guard let chord = try? KeyChord(text: String(key)) else { continue }
      effects += model.handle(.key(chord))
      _ = model.draw(size: size)
    }
  }

  mutating func type(_ text: String) {
    for character in text { effects += model.handle(.key(KeyChord(character))) }
  }

  mutating func mouse(
    _ action: MouseEvent.Action, _ column: Int, _ row: Int, button: MouseEvent.Button = .left
  ) {
    let point = Point(column: column, row: row)
    effects += model.handle(.mouse(MouseEvent(action, button: button, at: point)))
  }

  /// The rows of the picture.
  mutating func picture() -> [String] { model.draw(size: size).textRows }

  /// The picture at another size.
  mutating func picture(_ columns: Int, _ rows: Int) -> [String] {
    size = Size(columns: columns, rows: rows)
    return picture()
  }

  /// The row whose background is that of the selection; nil if there is none.
  mutating func selectedRow() -> String? {
    let grid = model.draw(size: size)
    let background = Look.standard.palette[.selection].background
    // The line of tabs is selected too.
    return (4..<max(4, size.rows)).first { grid[0, $0].style.background == background }
      .map { grid.textRows[$0] }
  }
}

extension ScreenID {
  static let tasks = ScreenID("tasks")
  static let tree = ScreenID("tree")
  static let timers = ScreenID("timers")
  static func details(_ entity: EntityID) -> ScreenID { ScreenID("details", of: entity) }
}

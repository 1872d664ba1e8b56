import Testing
import AsyncTopTerminal

@Suite struct `A table` {
  enum Column: Sendable { case id, name, age, site }

  static let columns: [TableColumn<Column>] = [
    TableColumn(.id, title: "ID", width: .fixed(3), alignment: .right, priority: 3),
    TableColumn(.name, title: "NAME", width: .flexible(min: 6), priority: 4),
    TableColumn(.age, title: "AGE", width: .fixed(5), alignment: .right, priority: 2),
    TableColumn(
      .site, title: "SITE", width: .flexible(min: 5, max: 8), truncation: .start, priority: 1),
  ]

  func picture(columns: Int) -> [String] {
    let layout = TableLayout(Self.columns, width: columns)
    return CellGrid(size: Size(columns: columns, rows: 3)) { canvas in
      canvas.tableHeader(layout, row: 0, style: .plain, sorted: (.age, descending: true))
      for (row, name) in ["fetch", "a longer name"].enumerated() {
        canvas.tableRow(layout, row: row + 1, style: .plain) { column in
          switch column {
          case .id: ("\(row + 1)", .plain)
          case .name: (name, .plain)
          case .age: ("1.2s", .plain)
          case .site: ("Sources/main.swift:12", .plain)
          }
        }
      }
    }.textRows
  }

  @Test func `what room is left goes to the flexible columns up to their maximum`() {
    #expect(
      picture(columns: 40) == [
        " ID NAME                   AGE▼ SITE",
        "  1 fetch                  1.2s …wift:12",
        "  2 a longer name          1.2s …wift:12",
      ])
  }

  @Test func `the least important columns go first`() {
    #expect(picture(columns: 16) == [" ID NAME    AGE▼", "  1 fetch   1.2s", "  2 a lon…  1.2s"])
    #expect(picture(columns: 12) == [" ID NAME", "  1 fetch", "  2 a longe…"])
    #expect(picture(columns: 4) == ["NAME", "fet…", "a l…"])
    #expect(picture(columns: 1) == ["…", "…", "…"])
    #expect(picture(columns: 0) == ["", "", ""])
  }

  @Test func `a click on a title finds its column`() {
    let layout = TableLayout(Self.columns, width: 40)
    #expect(layout.column(at: 0) == .id)
    #expect(layout.column(at: 10) == .name)
    #expect(layout.column(at: 39) == .site)
    #expect(TableLayout<Column>([], width: 9).column(at: 0) == nil)
  }

  @Test func `columns never overlap and never exceed the width`() {
    for width in 0...80 {
      let placed = TableLayout(Self.columns, width: width).placed
      for (left, right) in zip(placed, placed.dropFirst()) {
        #expect(left.offset + left.width < right.offset)
      }
      #expect(placed.allSatisfy { $0.offset + $0.width <= width })
    }
  }
}

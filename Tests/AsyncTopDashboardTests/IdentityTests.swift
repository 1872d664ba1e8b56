import AsyncTopDashboard
import AsyncTopBus
import AsyncTopInsight
import AsyncTopTerminal
import TestSessions
import Testing

@Suite struct `Ids` {
  static let widths = [20, 34, 40, 52, 60, 70, 80, 94, 110, 140, 200, 300]

  /// Tasks that differ in their last digit, each waiting for the one before, with a timer each.
  func session(from first: UInt64) -> TestSession {
    let session = TestSession()
    let site = session.source("Server/Connection.swift", 21, "serve()")
    session.create(first, "", site: site)
    for id in first + 1..<first + 8 {
      session.create(id, "", parent: first, site: site)
      session.run(id, for: .milliseconds(1), thenWait: .task(id - 1), site: site)
      session.arm(in: .seconds(9), owner: id, site: site)
    }
    return session
  }

  static let firsts: [UInt64] = [
    99_995, 123_450, 9_999_995, 4_200_000_090, 18_446_744_073_709_551_600,
  ]

  @Test(arguments: firsts)
  func `are whole or not there, in every view and at every width`(first: UInt64) {
    let whole = Set((first..<first + 8).map { "\($0)" })
    let start = "\(first)".prefix(4)
    for keys in ["1", "2", "2 w", "3", "1 enter", "2 enter"] {
      for width in Self.widths {
        var dashboard = TestDashboard(session(from: first), width, 30)
        dashboard.press(keys)
        for row in dashboard.picture(width, 30) {
          for number in row.split(whereSeparator: { !$0.isNumber }) where number.hasPrefix(start) {
            #expect(whole.contains(String(number)), "\(keys) at \(width): \(row)")
          }
        }
      }
    }
  }

  @Test func `have a column as wide as they are, where there is room`() {
    for first in [1, 123_450, 4_200_000_090] as [UInt64] {
      for view in ["1", "2"] {
        var dashboard = TestDashboard(session(from: first), 200, 30)
        dashboard.press(view)
        let picture = dashboard.picture()
        for id in first..<first + 8 {
          #expect(picture.contains { $0.contains(" \(id) ") })
        }
      }
    }
  }

  @Test func `of columns that have grown still have clicks where the titles are`() throws {
    var dashboard = TestDashboard(session(from: 4_200_000_090), 200, 30)
    dashboard.press("1")
    let titles = try #require(dashboard.picture().first { $0.contains("NAME") })
    let column = try #require(titles.firstRange(of: "NAME")).lowerBound
    dashboard.mouse(.press, titles.distance(from: titles.startIndex, to: column), 7)
    #expect(dashboard.picture().contains { $0.contains("NAME▲") })
  }
}

import Foundation

/// The figures of all servers under one workload, as text.
struct FigureTable {
  let workload: Workload
  private var rows: [(name: String, figures: Figures)] = []

  static let legend = """
    A second: messages, or connections for churn. CPU: the server's processor time for one, in µs;
    other programs on the machine disturb it less. p50, p99: µs until one is back. The ratios:
    “ours, streams” and “ours, protocol” to this row, above 1 is in favour of ours.
    """

  init(_ workload: Workload) {
    self.workload = workload
  }

  mutating func add(_ name: String, _ figures: Figures) {
    if let place = rows.firstIndex(where: { $0.name == name }) {
      rows[place].figures.improve(with: figures)
    } else {
      rows.append((name, figures))
    }
  }

  var text: String {
    let isIdle = workload.mode == .idle
    let columns =
      ["a second", "×streams", "×protocol", "CPU", "×streams", "×protocol", "p50", "p99"]
      + (isIdle ? ["B/connection", "idle CPU"] : [])
    let who = workload.connections == 1 ? "1 connection" : "\(workload.connections) connections"
    let title = "\(workload.name): \(workload.bytes) bytes, \(who)"
    let lines = EchoPeer.all.compactMap { peer in
      rows.first { $0.name == peer.name }.map { line($0.name, cells($0.figures)) }
    }
    return ([title, line("", columns)] + lines).joined(separator: "\n")
  }

  private func cells(_ figures: Figures) -> [String] {
    let references = EchoPeer.references.map { name in rows.first { $0.name == name }?.figures }
    let speeds = references.map { Self.ratio($0?.throughput, figures.throughput) }
    let costs = references.map { Self.ratio(figures.cost, $0?.cost) }
    var cells = [String(format: "%.0f", figures.throughput)] + speeds
    cells += [String(format: "%.2f", figures.cost)] + costs
    cells += [figures.p50, figures.p99].map { String(format: "%.0f", $0) }
    if workload.mode == .idle {
      cells.append(String(format: "%.0f", figures.memory))
      cells.append(figures.idleShare.map { String(format: "%.3f %%", $0 * 100) } ?? "–")
    }
    if figures.lost > 0 {
      cells.append(String(format: "%.0f %% of the events lost", figures.lost * 100))
    }
    return cells
  }

  private static func ratio(_ value: Double?, _ other: Double?) -> String {
    guard let value, let other, other > 0 else { return "–" }
    return String(format: "%.2f", value / other)
  }

  private func line(_ name: String, _ cells: [String]) -> String {
    let widths = [11, 9, 10, 9, 9, 10, 8, 8, 13, 9, 3]
    let fields = zip(cells, widths).map { cell, width in
      String(repeating: " ", count: max(1, width - cell.count)) + cell
    }
    return name.padding(toLength: 26, withPad: " ", startingAt: 0) + fields.joined()
  }
}

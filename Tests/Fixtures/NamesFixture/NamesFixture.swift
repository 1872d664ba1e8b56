import AsyncMonitoring
import Dispatch

/// A program whose tasks have names that no terminal should see as they are.
@main
struct NamesFixture {
  static let names = [
    "\u{1B}[31mred\u{1B}[2J\u{1B}[H", "\u{1B}]0;owned\u{07}\u{9B}5m", "two\nlines\r\tand a tab",
    "right\u{202E}left\u{2066}isolate", "zero\u{200B}width\u{FEFF}", "wide 日本語の名前 👩‍👩‍👧‍👦 ｆｕｌｌ",
    "combining " + String(repeating: "e\u{0301}\u{0302}\u{0303}", count: 200),
    String(repeating: "long ", count: 2048), "", " ", "\u{7F}\u{85}\u{2028}\u{2029}",
    "\u{E000}\u{10FFFF}\u{0378}",
  ]

  static func main() {
    AsyncMonitor.expose()
    Task(name: "names") {
      await withTaskGroup(of: Void.self) { group in
        for name in names {
          group.addTask(name: name) { try? await Task.sleep(for: .seconds(1000)) }
        }
        group.addTask(name: "the last one") { try? await Task.sleep(for: .seconds(1000)) }
      }
    }
    dispatchMain()
  }
}

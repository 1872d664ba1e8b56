import AsyncTopBus
import AsyncTopLinux

// Debug mode. Without it, it costs a branch in each iteration of the loop, and one in each
// `callSoon`.
extension EventLoop {
  /// Whether loops look at themselves from the start.
  static let isDebuggingByDefault: Bool = {
    let setting = Program.environment("ASYNCRUNTIME_DEBUG") ?? ""
    return !["", "0"].contains(setting)
  }()

  /// Runs a body, and tells the exception handler if it takes too long.
  func timed(_ suspect: Suspect, _ body: () -> Void) {
    let began = nanosecondsNow
    body()
    let took = nanosecondsNow - began
    guard took >= UInt64(0).advanced(by: slowCallbackDuration) else { return }
    report(suspect.report(milliseconds: took / 1_000_000, on: self))
  }

  /// A place in the source, for people.
  func text(of site: UInt32) -> String? {
    site == 0 ? nil : OwnRegion()?.place(site)?.short
  }
}

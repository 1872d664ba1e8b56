import Instrumentation
import LinuxSystem

extension EventLoop {
  /// Whether loops look at themselves from the start.
  static let isDebuggingByDefault: Bool = {
    let setting = Program.environment("ASYNCRUNTIME_DEBUG") ?? ""
    return !["", "0"].contains(setting)
  }()

  /// A place in the source, for people.
  func text(of site: UInt32) -> String? {
    site == 0 ? nil : OwnRegion()?.place(site)?.short
  }
}

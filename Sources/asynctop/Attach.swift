import ArgumentParser
import AsyncTopBus
import AsyncTopLinux
import AsyncTopTerminal

/// `asynctop attach`, and `asynctop` alone.
struct Attach: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Watches a running process, or the region file of one that has ended.",
    discussion: """
      EXAMPLES:
        asynctop attach 4711                 by its id
        asynctop attach my-server            by its name
        asynctop attach /var/tmp/my.region   what ASYNCTOP_REGION kept after a crash
      """)

  @Argument(help: "A process id, a name, or a region file; without it the one monitored process.")
  var target: String?

  @OptionGroup var display: DisplayOptions

  @OptionGroup var symbols: SymbolOptions

  func run() throws {
    try Watching.watch(try open(), display: display, folders: symbols.folders)
  }

  private func open() throws -> Subject {
    guard let target else {
      let process = try ProcessPicker.pick(MonitoredProcess.all())
      do throws(RegionError) {
        return .live(try LiveSession(process))
      } catch {
        throw CommandFailure(error.message)
      }
    }
    if Subject.isRecording(target) {
      throw CommandFailure("\(target) is no process, but a file; try asynctop play \(target)")
    }
    return try Subject.process(target)
  }
}

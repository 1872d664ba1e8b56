import CTaskProbe
import LinuxSystem

/// A process that has a region.
public struct MonitoredProcess: Hashable, Sendable {
  /// Its id.
  public let id: Int32
  /// Its name as the kernel keeps it, at most 15 bytes; untrusted.
  public let name: String
  /// The path that leads to its region.
  public let regionPath: String

  /// All monitored processes that this user may look at, by id.
  public static func all() -> [MonitoredProcess] {
    ProcessFiles.processes().sorted().compactMap { id in
      guard id != ProcessFiles.ownProcess else { return nil }
      return try? MonitoredProcess(id: id)
    }
  }

  /// Looks for the region of one process.
  ///
  /// - Throws: `noSuchProcess`, `notPermitted` or `notMonitored`, with what to do.
  public init(id: Int32) throws(RegionError) {
    let descriptors: [(number: Int32, target: String)]
    do {
      descriptors = try ProcessFiles.descriptors(of: id)
    } catch .accessDenied {
      throw RegionError(
        .notPermitted,
        "process \(id) belongs to another user; run asynctop as that user or as root",
        cause: .accessDenied)
    } catch {
      throw RegionError(.noSuchProcess, "there is no process \(id)", cause: error)
    }
    self.id = id
    name = ProcessFiles.name(of: id)
    for (number, target) in descriptors {
      let path = "/proc/\(id)/fd/\(number)"
      let isMemory = target.hasPrefix("/memfd:asynctop ")
      guard isMemory || Self.isRegionFile(path, target) else { continue }
      // A child that was forked holds its parent's region.
      if let region = try? RegionMemory(path: path), unsafe region.header.pointee.pid != id {
        continue
      }
      regionPath = path
      return
    }
    throw RegionError(
      .notMonitored,
      "process \(id) (\(SafeName.of(name))) is not monitored: it must call AsyncMonitor.expose()"
        + " or run on AsyncRuntime, without ASYNCTOP=off in its environment")
  }

  /// Looks for the one monitored process of this name.
  ///
  /// - Throws: `noSuchProcess` if there is none, `ambiguous` if there are several.
  public init(name wanted: String) throws(RegionError) {
    let found = Self.all().filter { $0.name == wanted || $0.name == String(wanted.prefix(15)) }
    guard let process = found.first else {
      throw RegionError(
        .noSuchProcess,
        "no monitored process is named \(SafeName.of(wanted)); `asynctop` alone lists them")
    }
    guard found.count == 1 else {
      let ids = found.map { String($0.id) }.joined(separator: ", ")
      throw RegionError(
        .ambiguous, "\(found.count) processes are named \(SafeName.of(wanted)): use one of \(ids)")
    }
    self = process
  }

  /// A region in a file (ASYNCTOP_REGION) shows as the file's own path.
  ///
  /// A log may begin with the same word, as our messages do; the version after it ends in zeros.
  private static func isRegionFile(_ path: String, _ target: String) -> Bool {
    guard target.hasPrefix("/"), !target.hasPrefix("/dev/"), !target.hasPrefix("/memfd:"),
      let text = ProcessFiles.contents(path, limit: 12)
    else { return false }
    return text.hasPrefix("asynctop") && text.hasSuffix("\0\0")
  }
}

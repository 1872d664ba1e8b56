import CAsyncTopProbe
import AsyncTopLinux

/// A process that has a region.
public struct MonitoredProcess: Hashable, Sendable {
  /// Its id, as `/proc` has it: in a container it has another one for itself.
  public let id: Int32
  /// Its name; untrusted.
  public let name: String
  /// The path that leads to its region.
  public let regionPath: String
  /// Why its region can't be read; nil if it can.
  public let problem: RegionError?
  private let names: ProcessNames

  /// All monitored processes that this user may look at, by id; also those whose regions can't be
  /// read, with the reason.
  public static func all() -> [MonitoredProcess] {
    let own = ProcessFiles.ownEntry
    return ProcessFiles.processes().sorted().compactMap { id in
      id == own ? nil : try? MonitoredProcess(id: id)
    }
  }

  /// Looks for the region of one process.
  ///
  /// Of the files that the process has open, only those that can be regions are opened: see
  /// ``RegionCandidate``.
  ///
  /// - Throws: `noSuchProcess`, `notPermitted` or `notMonitored`, with what to do.
  public init(id: Int32) throws(RegionError) {
    let descriptors: [ProcessFiles.OpenDescriptor]
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
    let names = ProcessNames(of: id)
    guard
      let (path, problem) = Self.region(among: RegionCandidate.of(descriptors, openIn: id), of: id)
    else {
      throw RegionError(
        .notMonitored,
        "process \(id) (\(SafeName.of(names.shown))) is not monitored: it must call"
          + " AsyncMonitor.expose() or run on AsyncRuntime, without ASYNCTOP=off in its environment"
      )
    }
    self.id = id
    self.names = names
    name = names.shown
    regionPath = path
    self.problem = problem
  }

  /// The first that is this process's region; if there is none, the first that can't be read.
  private static func region(
    among candidates: [RegionCandidate], of id: Int32
  ) -> (path: String, problem: RegionError?)? {
    let innermost = ProcessFiles.innermostID(of: id)
    var unreadable: (String, RegionError?)?
    for candidate in candidates {
      do {
        let region = try RegionMemory(path: candidate.path)
        // A child that was forked holds its parent's region.
        let owner = unsafe region.header.pointee.pid
        if Int32(truncatingIfNeeded: owner) == innermost { return (candidate.path, nil) }
      } catch {
        if unreadable == nil && candidate.isNamedAsRegion { unreadable = (candidate.path, error) }
      }
    }
    return unreadable
  }

  /// Looks for the one monitored process of this name.
  ///
  /// - Parameter wanted: What the kernel keeps as its name, of which it cuts all but 15 bytes, or
  ///   the file name of its executable.
  /// - Throws: `noSuchProcess` if there is none, `ambiguous` if there are several.
  public init(name wanted: String) throws(RegionError) {
    let found = ProcessNames.matches(of: wanted, in: Self.all(), names: \.names)
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
}

extension MonitoredProcess {
  /// The name of any process, for messages: what it chose may hold anything, and is made safe.
  public static func shownName(of id: Int32) -> String { SafeName.of(ProcessNames(of: id).shown) }

  /// The ids of all processes of a name that this one may see, monitored or not, but for itself.
  public static func processes(named wanted: String) -> [Int32] {
    let own = ProcessFiles.ownEntry
    let all = ProcessFiles.processes().sorted().filter { $0 != own }
    let named = all.map { (id: $0, names: ProcessNames(of: $0)) }
    return ProcessNames.matches(of: wanted, in: named, names: \.names).map(\.id)
  }
}

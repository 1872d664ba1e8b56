import AsyncTopLinux
import CAsyncTopProbe

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

/// An open descriptor of a process that may lead to a region.
///
/// Other people's pipes, devices and files are none of our business: to open one can take data that
/// its owner waits for, set something off, or wait for ever. So nothing is opened but what is
/// known, before, to be one of these:
///
/// 1. A file in memory that is named as regions are.
/// 2. In a process with a file in memory that is named as the page of a region's observers is: a
///    regular file on a file system of this machine's own, large enough for a region, which
///    `ASYNCTOP_REGION` may have put there.
struct RegionCandidate {
  /// The path below `/proc` that leads to it.
  let path: String
  /// Whether it is the file in memory; a regular file may be anything.
  let isNamedAsRegion: Bool

  /// The candidates among a process's descriptors, those in memory first.
  static func of(
    _ descriptors: [ProcessFiles.OpenDescriptor], openIn process: Int32
  ) -> [RegionCandidate] {
    let inMemory = descriptors.lazy.filter { $0.target == memoryName && isInMemory($0.path) }
      .prefix(limit)
    let isProbed = descriptors.contains {
      $0.target == ObserversPage.memoryName && isInMemory($0.path)
    }
    let files = (isProbed ? descriptors : []).lazy
      .filter { canBeFile($0.target) && isLocalFile($0.path, of: process) }.prefix(limit)
    return inMemory.map { RegionCandidate(path: $0.path, isNamedAsRegion: true) }
      + files.map { RegionCandidate(path: $0.path, isNamedAsRegion: false) }
  }

  /// The most candidates of either sort: a process with thousands must not delay what is asked of
  /// others.
  private static let limit = 64
  // As the kernel writes the name that the probe gives to its file in memory.
  private static let memoryName = "/memfd:asynctop (deleted)"
  /// File systems that answer at once, and on which reading a regular file has no effect: not those
  /// over a network or in user space, whose files may block, nor the kernel's own, where a file may
  /// be a queue.
  private static let localFileSystems: Set<String> = [
    "bcachefs", "btrfs", "erofs", "ext2", "ext3", "ext4", "f2fs", "jfs", "overlay", "ramfs",
    "reiserfs", "squashfs", "tmpfs", "xfs", "zfs",
  ]
  /// The tables of the smallest region are larger.
  private static let leastSize: UInt64 = 65_536

  private static func isInMemory(_ path: String) -> Bool {
    do throws(Errno) {
      return try FileReference(path: path).isInMemory
    } catch {
      return false
    }
  }

  private static func canBeFile(_ target: String) -> Bool {
    target.hasPrefix("/")
      && !["/dev/", "/proc/", "/sys/", "/memfd:"].contains { target.hasPrefix($0) }
  }

  private static func isLocalFile(_ path: String, of process: Int32) -> Bool {
    do throws(Errno) {
      let file = try FileReference(path: path)
      let status = try file.status
      guard status.kind == .regular, status.size >= leastSize, status.size % 4096 == 0,
        let mount = file.mount
      else { return false }
      let fileSystem =
        ProcessFiles.fileSystem(ofMount: mount, seenBy: process)
        ?? ProcessFiles.ownEntry.flatMap { ProcessFiles.fileSystem(ofMount: mount, seenBy: $0) }
      return fileSystem.map(localFileSystems.contains) ?? false
    } catch {
      return false
    }
  }
}

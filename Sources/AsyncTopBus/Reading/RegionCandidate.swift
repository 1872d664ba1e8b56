import AsyncTopLinux

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

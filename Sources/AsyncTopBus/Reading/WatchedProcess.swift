import CAsyncTopProbe
import AsyncTopLinux

/// The process that a region belongs to, and whether it still does.
///
/// What is compared is what this observer itself saw when it attached, never what the process wrote
/// into its region: in a container that has other ids and other clocks.
struct WatchedProcess: Sendable {
  /// Its id in `/proc`.
  let id: Int32
  /// The folder below `/proc` with its descriptors.
  let folder: String
  private let start: UInt64?
  private let region: FileIdentity
  private let path: String

  /// Finds the process that has a region; nil if none is seen to.
  ///
  /// - Parameters:
  ///   - region: Which file the region is.
  ///   - path: `/proc/<pid>/fd/<n>`, or the path of a file.
  ///   - header: What the region says of its process.
  init?(having region: FileIdentity, at path: String, header: tp_header) {
    let parts = path.split(separator: "/")
    let isDescriptor = path.hasPrefix("/proc/") && parts.dropLast().last == "fd"
    if isDescriptor, let id = Int32(parts[1]) {
      self.init(id: id, path: path, region: region)
    } else {
      let innermost = Int32(truncatingIfNeeded: header.pid)
      self.init(havingOpen: region, innermost: innermost, start: header.process_start)
    }
  }

  private init(id: Int32, path: String, region: FileIdentity) {
    self.id = id
    self.path = path
    self.region = region
    folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    start = ProcessFiles.life(of: id)?.start
  }

  /// Looks for the process that has a file open.
  ///
  /// - Parameters:
  ///   - region: The file.
  ///   - innermost: The id that the process has for itself.
  ///   - start: When it started, as it wrote that down itself.
  private init?(havingOpen region: FileIdentity, innermost: Int32, start: UInt64) {
    let others = ProcessFiles.processes().filter {
      $0 != innermost && ProcessFiles.innermostID(of: $0) == innermost
    }
    for id in [innermost] + others {
      do throws(Errno) {
        if let path = try Self.descriptor(of: id, for: region) {
          self.init(id: id, path: path, region: region)
          return
        }
      } catch {
        // Another user's: there is only what it wrote itself to go by.
        guard id == innermost, error == .accessDenied, ProcessFiles.life(of: id)?.start == start
        else { continue }
        self.init(id: id, path: "/proc/\(id)/fd/", region: region)
        return
      }
    }
    return nil
  }

  /// How far its `CLOCK_MONOTONIC` is ahead of this process's, in nanoseconds.
  var clockLead: Int64 {
    guard let offsets = ProcessFiles.clockOffsets(of: id) else { return 0 }
    let (theirs, ours) = (offsets.monotonic, ProcessFiles.ownClockOffsets.monotonic)
    return theirs &- ours
  }

  /// How the process has come to its end; nil while it runs and has the region.
  var ending: SessionEnding? {
    guard let life = ProcessFiles.life(of: id), life.start == start else { return .exited }
    if Self.leads(path, to: region) { return nil }
    do throws(Errno) {
      if try Self.descriptor(of: id, for: region) != nil { return nil }
    } catch {
      // It has become another user's, say.
      return error == .accessDenied || isBecomingAnother(life) ? nil : .exited
    }
    // A program may close all descriptors that it does not know.
    if ProcessFiles.isMapped(region, by: id) || isBecomingAnother(life) { return nil }
    let name = ProcessNames(of: id)
    return life.isOver || name.executable.isEmpty ? .exited : .replaced(by: name.shown)
  }

  // The first thread is over and others are not: one of them executes a program just now.
  private func isBecomingAnother(_ life: ProcessFiles.Life) -> Bool {
    life.isOver && ProcessFiles.names(in: "/proc/\(id)/task").count > 1
  }

  private static func leads(_ path: String, to region: FileIdentity) -> Bool {
    do throws(Errno) {
      return try FileStatus(path: path).identity == region
    } catch {
      return false
    }
  }

  private static func descriptor(
    of process: Int32, for region: FileIdentity
  ) throws(Errno) -> String? {
    try ProcessFiles.descriptors(of: process).first { leads($0.path, to: region) }?.path
  }
}

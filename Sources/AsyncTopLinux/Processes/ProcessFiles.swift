import CAsyncTopLinux
import Glibc

/// What the kernel tells of processes under `/proc`.
///
/// Processes are named by their ids there, which are those of the process-id namespace that `/proc`
/// was mounted in: mostly this process's own.
public enum ProcessFiles {
  /// This process, by the id it has for itself.
  public static var ownProcess: Int32 { getpid() }

  /// This process, by the id it has in `/proc`; nil if it is not seen there.
  public static var ownEntry: Int32? { linkTarget("/proc/self").flatMap { Int32($0) } }

  /// The ids of all processes this one may see, in no order.
  public static func processes() -> [Int32] {
    names(in: "/proc").compactMap { Int32($0) }
  }

  /// The name of a process as the kernel keeps it, at most 15 bytes, cut anywhere; empty if it is
  /// gone.
  public static func name(of process: Int32) -> [UInt8] {
    var name = kernelText("/proc/\(process)/comm")
    if name.last == UInt8(ascii: "\n") { name.removeLast() }
    return name
  }

  /// The file name of a process's executable, without its folders; empty if it may not be known.
  public static func executableName(of process: Int32) -> [UInt8] {
    var path = linkBytes("/proc/\(process)/exe")[...]
    let deleted = " (deleted)".utf8
    if path.count > deleted.count, path.suffix(deleted.count).elementsEqual(deleted) {
      path.removeLast(deleted.count)
    }
    let slash = path.lastIndex(of: UInt8(ascii: "/"))
    return Array(slash.map { path[($0 + 1)...] } ?? path)
  }

  /// What tells a process from a later one with its id, and whether it is over.
  public struct Life: Hashable, Sendable {
    /// When it started, in clock ticks after boot, by the clock of whoever asks.
    public let start: UInt64
    /// Whether its first thread has ended: mostly all of it, and its parent has not asked how.
    public let isOver: Bool
  }

  /// What a process does now, as the letter that the kernel has for it, and who started it.
  ///
  /// Fields 3 and 4 of `/proc/<pid>/stat`, proc(5); nil if the process is gone.
  public static func state(of process: Int32) -> (letter: Character, parent: Int32)? {
    let text = kernelText("/proc/\(process)/stat")
    guard let name = text.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = text[name...].split(separator: UInt8(ascii: " "))
    guard fields.count > 2, let letter = fields[1].first,
      let parent = Int32(String(decoding: fields[2], as: UTF8.self))
    else { return nil }
    return (Character(UnicodeScalar(letter)), parent)
  }

  /// The process that traces a process, as a debugger does; nil if there is none.
  public static func tracer(of process: Int32) -> Int32? {
    let text = kernelText("/proc/\(process)/status", limit: 16_384)
    return lines(of: text).lazy.compactMap { field("TracerPid:", of: $0) }.first
      .flatMap { Int32($0.drop { $0 == "\t" || $0 == " " }) }.flatMap { $0 > 0 ? $0 : nil }
  }

  /// Fields 3 and 22 of `/proc/<pid>/stat`, proc(5); nil if the process is gone.
  public static func life(of process: Int32) -> Life? {
    let text = kernelText("/proc/\(process)/stat")
    // The name before it may hold anything, parentheses too.
    guard let name = text.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = text[name...].split(separator: UInt8(ascii: " "))
    guard fields.count > 20, let start = UInt64(String(decoding: fields[20], as: UTF8.self)) else {
      return nil
    }
    return Life(start: start, isOver: fields[1].first.map { "ZXx".utf8.contains($0) } ?? false)
  }

  /// When a process started, in clock ticks after boot, by the clock of whoever asks; nil if it is
  /// gone.
  public static func start(of process: Int32) -> UInt64? { life(of: process)?.start }

  /// What a symbolic link leads to; nil if it is none or may not be read.
  public static func linkTarget(_ path: String) -> String? {
    let bytes = linkBytes(path)
    return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
  }

  private static func linkBytes(_ path: String) -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
      let length: Int? = unsafe buffer.withMemoryRebound(to: CChar.self) {
        guard let start = $0.baseAddress else { return nil }
        return unsafe readlink(path, start, $0.count)
      }
      count = max(0, length ?? 0)
    }
  }

  /// A small regular file as text.
  ///
  /// - Parameters:
  ///   - path: The file. One of another kind, such as a pipe, is left alone.
  ///   - limit: The bytes read at most.
  /// - Returns: Nil if it may not be read.
  public static func contents(_ path: String, limit: Int) -> String? {
    do throws(Errno) {
      let file = try FileReference(path: path).openRegular()
      return String(decoding: read(file.number, limit: limit), as: UTF8.self)
    } catch {
      return nil
    }
  }

  /// What the kernel writes at a path below `/proc`; empty if it may not be read.
  static func kernelText(_ path: String, limit: Int = 4096) -> [UInt8] {
    let descriptor = unsafe linux_open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    return read(descriptor, limit: limit)
  }

  private static func read(_ descriptor: CInt, limit: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < limit {
      let wanted = min(limit - bytes.count, 65_536)
      var failure: CInt = 0
      let piece = unsafe [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
        let length = unsafe Glibc.read(descriptor, buffer.baseAddress, wanted)
        if length < 0 { failure = errno }
        count = max(0, length)
      }
      if failure == EINTR { continue }
      if piece.isEmpty { break }
      bytes += piece
    }
    return bytes
  }

  /// The names in a folder; empty if it may not be read.
  public static func names(in folder: String) -> [String] {
    let descriptor = unsafe linux_open(folder, O_RDONLY | O_DIRECTORY | O_NONBLOCK, 0)
    guard descriptor >= 0 else { return [] }
    guard let directory = unsafe fdopendir(descriptor) else {
      close(descriptor)
      return []
    }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) {
        unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }
}

extension ProcessFiles {
  /// Whether a process runs a program of 32 bits; nil if its file can't be read.
  public static func is32Bit(_ process: Int32) -> Bool? {
    guard let file = try? RegularFile(path: "/proc/\(process)/exe") else { return nil }
    let head = unsafe [UInt8](unsafeUninitializedCapacity: 5) { buffer, count in
      count = unsafe (try? file.read(at: 0, into: UnsafeMutableRawBufferPointer(buffer))) ?? 0
    }
    return head.count == 5 ? head[4] == 1 : nil
  }

  /// How long ago a process started, in nanoseconds; nil if it is gone.
  public static func age(of process: Int32) -> UInt64? {
    guard let start = start(of: process) else { return nil }
    let ticks = UInt64(max(1, sysconf(CInt(_SC_CLK_TCK))))
    let sinceBoot = SystemClock.sinceBoot
    let (whole, part) = start.quotientAndRemainder(dividingBy: ticks)
    let started = whole.multipliedReportingOverflow(by: 1_000_000_000).partialValue
    let then = started &+ part * 1_000_000_000 / ticks
    return sinceBoot > then ? sinceBoot - then : 0
  }
}

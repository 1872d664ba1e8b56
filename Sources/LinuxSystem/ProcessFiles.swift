import Glibc

/// What the kernel tells of processes under `/proc`.
public enum ProcessFiles {
  /// This process.
  public static var ownProcess: Int32 { getpid() }

  /// The ids of all processes this one may see, in no order.
  public static func processes() -> [Int32] {
    names(in: "/proc").compactMap { Int32($0) }
  }

  /// Whether a process exists, whoever it belongs to.
  public static func exists(_ process: Int32) -> Bool {
    kill(process, 0) == 0 || errno == EPERM
  }

  /// The open descriptors of a process and what each one leads to.
  ///
  /// - Throws: `accessDenied` for a process of another user, `noSuchFile` for one that is gone.
  public static func descriptors(
    of process: Int32
  ) throws(Errno) -> [(number: Int32, target: String)] {
    let folder = "/proc/\(process)/fd"
    guard unsafe access(folder, R_OK | X_OK) == 0 else { throw Errno.last }
    return names(in: folder).compactMap { name in
      guard let number = Int32(name), let target = linkTarget("\(folder)/\(name)") else {
        return nil
      }
      return (number, target)
    }
  }

  /// The name of a process as the kernel keeps it, at most 15 bytes; empty if it is gone.
  public static func name(of process: Int32) -> String {
    String((contents("/proc/\(process)/comm", limit: 64) ?? "").prefix { $0 != "\n" })
  }

  /// When a process started, in clock ticks after boot; nil if it is gone.
  ///
  /// This tells a process from a later one that was given the same id. It is field 22 of
  /// `/proc/<pid>/stat`, proc(5).
  public static func start(of process: Int32) -> UInt64? {
    guard let text = contents("/proc/\(process)/stat", limit: 1024),
      let name = text.lastIndex(of: ")")
    else { return nil }
    let fields = text[name...].split(separator: " ")
    return fields.count > 20 ? UInt64(fields[20]) : nil
  }

  /// What a symbolic link leads to; nil if it is none or may not be read.
  public static func linkTarget(_ path: String) -> String? {
    var text = [CChar](repeating: 0, count: 4096)
    let length = unsafe readlink(path, &text, text.count)
    guard length > 0 else { return nil }
    return String(decoding: text[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// A small file as text.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - limit: The bytes read at most.
  /// - Returns: Nil if it may not be read.
  public static func contents(_ path: String, limit: Int) -> String? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: limit)
    var count = 0
    while count < limit {
      let length = unsafe bytes.withUnsafeMutableBytes {
        unsafe read(descriptor, $0.baseAddress.map { unsafe $0 + count }, limit - count)
      }
      if length < 0 && errno == EINTR { continue }
      guard length > 0 else { break }
      count += length
    }
    return String(decoding: bytes[..<count], as: UTF8.self)
  }

  /// The names in a folder; empty if it may not be read.
  public static func names(in folder: String) -> [String] {
    guard let directory = unsafe opendir(folder) else { return [] }
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

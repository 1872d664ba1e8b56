import Glibc

extension ProcessFiles {
  /// An open descriptor of a process.
  public struct OpenDescriptor: Hashable, Sendable {
    /// The path that leads to what it is open for, whatever its name leads to.
    public let path: String
    /// The name that the kernel has for what it is open for; the process may choose it.
    public let target: String
  }

  /// The open descriptors of a process.
  ///
  /// - Throws: `accessDenied` for a process of another user, `noSuchFile` for one that is gone.
  public static func descriptors(of process: Int32) throws(Errno) -> [OpenDescriptor] {
    let found = try descriptors(in: "/proc/\(process)/fd")
    if !found.isEmpty { return found }
    // A process whose first thread has ended goes on with the others.
    for thread in names(in: "/proc/\(process)/task") where thread != "\(process)" {
      let found = try descriptors(in: "/proc/\(process)/task/\(thread)/fd")
      if !found.isEmpty { return found }
    }
    return []
  }

  private static func descriptors(in folder: String) throws(Errno) -> [OpenDescriptor] {
    guard unsafe access(folder, R_OK | X_OK) == 0 else { throw Errno.last }
    let names = names(in: folder)
    let found = names.compactMap { name in
      let path = "\(folder)/\(name)"
      return linkTarget(path).map { OpenDescriptor(path: path, target: $0) }
    }
    // What each leads to is told to fewer users than how many there are.
    if found.isEmpty && !names.isEmpty { throw .accessDenied }
    return found
  }

  /// The mount of what one of this process's descriptors stands for.
  static func mount(ofOwn descriptor: CInt) -> Int? {
    let text = kernelText("/proc/thread-self/fdinfo/\(descriptor)")
    return lines(of: text).lazy.compactMap { field("mnt_id:", of: $0) }.first.flatMap { Int($0) }
  }

  /// The kind of file system that a mount has, such as `ext4`; nil if the process does not see it.
  public static func fileSystem(ofMount mount: Int, seenBy process: Int32) -> String? {
    let text = kernelText("/proc/\(process)/mountinfo", limit: 1 << 20)
    for line in lines(of: text) {
      let words = line.split(separator: UInt8(ascii: " "))
      guard let first = words.first, String(decoding: first, as: UTF8.self) == "\(mount)",
        let dash = words.firstIndex(where: { $0.elementsEqual("-".utf8) }), dash + 1 < words.count
      else { continue }
      return String(decoding: words[dash + 1], as: UTF8.self)
    }
    return nil
  }

  /// Whether a process has a file in its memory, though it may have closed it.
  public static func isMapped(_ file: FileIdentity, by process: Int32) -> Bool {
    for thread in ["\(process)"] + names(in: "/proc/\(process)/task") {
      let text = kernelText("/proc/\(process)/task/\(thread)/maps", limit: 1 << 24)
      guard !text.isEmpty else { continue }
      return lines(of: text).contains { line in
        let words = line.split(separator: UInt8(ascii: " "), maxSplits: 5)
        return words.count > 4 && file.isWritten(device: words[3], node: words[4])
      }
    }
    return false
  }

  /// Whether a process has a file in its memory whose name has a text in it.
  ///
  /// - Returns: Nil if that can't be told.
  public static func maps(_ name: String, in process: Int32) -> Bool? {
    let text = kernelText("/proc/\(process)/maps", limit: 1 << 24)
    if text.isEmpty { return nil }
    return lines(of: text).contains { String(decoding: $0, as: UTF8.self).contains(name) }
  }

  static func lines(of text: [UInt8]) -> [ArraySlice<UInt8>] {
    text.split(separator: UInt8(ascii: "\n"))
  }

  /// What follows a label at the start of a line.
  static func field(_ label: String, of line: ArraySlice<UInt8>) -> String? {
    guard line.starts(with: label.utf8) else { return nil }
    let value = line.dropFirst(label.utf8.count).drop { $0 == UInt8(ascii: "\t") || $0 == 0x20 }
    return String(decoding: value, as: UTF8.self)
  }
}

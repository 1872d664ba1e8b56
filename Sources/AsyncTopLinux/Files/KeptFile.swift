import Glibc

/// A file that outlives the program that made it, under a name that says what is in it.
public enum KeptFile {
  /// Why it can't be kept.
  public enum Failure: Error, CustomStringConvertible {
    /// The folder is somebody else's, who could put another file in its place.
    case foreignFolder
    /// It can't be made.
    case file(OutputFile.Failure)
    /// A system call failed.
    case system(Errno)

    /// The reason, for a sentence that begins with the path.
    public var description: String {
      switch self {
      case .foreignFolder: "is in a folder of another user"
      case .file(let failure): "\(failure)"
      case .system(let reason): "can't be written: \(reason)"
      }
    }
  }

  /// Sees to it that a file of this user holds these bytes, and that all may read and execute it.
  ///
  /// A file that does is left alone; whoever has another one that was there keeps it.
  ///
  /// - Parameters:
  ///   - bytes: What it holds.
  ///   - name: Its name.
  ///   - folder: Where; made if it is not there, with the folder that it is in.
  /// - Returns: Its path.
  /// - Throws: Why it is not there.
  public static func keep(
    _ bytes: [UInt8], named name: String, in folder: String
  ) throws(Failure) -> String {
    let parent = folder.lastIndex(of: "/").map { String(folder[..<$0]) } ?? "."
    for made in [parent, folder] { unsafe mkdir(made, 0o755) }
    let path = "\(folder)/\(name)"
    let owner: UInt32
    let isThere: Bool
    do throws(Errno) {
      owner = try FileStatus(path: folder).owner
      isThere = try holds(path, bytes)
    } catch {
      throw .system(error)
    }
    guard owner == geteuid() else { throw .foreignFolder }
    if isThere { return path }
    try write(bytes, to: path)
    return path
  }

  private static func holds(_ path: String, _ bytes: [UInt8]) throws(Errno) -> Bool {
    do throws(Errno) {
      let reference = try FileReference(path: path, followsLink: false)
      let status = try reference.status
      guard status.kind == .regular, status.owner == geteuid(), status.size == bytes.count else {
        return false
      }
      let opened = try reference.openRegular()
      let file = DataFile(borrowing: opened.number)
      let found = unsafe [UInt8](unsafeUninitializedCapacity: bytes.count) { buffer, count in
        count = unsafe (try? file.read(at: 0, into: UnsafeMutableRawBufferPointer(buffer))) ?? 0
      }
      return found == bytes
    } catch .noSuchFile {
      return false
    }
  }

  private static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
    let temporary = "\(path).\(getpid())"
    let file: OutputFile
    do throws(OutputFile.Failure) {
      file = try OutputFile(path: temporary, earlier: .isReplaced)
    } catch {
      throw .file(error)
    }
    do throws(Errno) {
      try DataFile(borrowing: file.descriptor).write(bytes)
      guard fchmod(file.descriptor, 0o755) == 0, unsafe rename(temporary, path) == 0 else {
        throw Errno.last
      }
    } catch {
      unsafe unlink(temporary)
      throw .system(error)
    }
  }
}

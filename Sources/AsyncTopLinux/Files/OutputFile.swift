import CAsyncTopLinux
import Glibc

/// A file of this process's own that is written from its beginning and only its owner may read.
///
/// A path is a name that others may have prepared. So no symbolic link at its end is followed, no
/// device or pipe is written to, nothing but a regular file is ever replaced, and no file is
/// written to that somebody else owns, reads under another name, or has put something into.
public final class OutputFile: Sendable {
  /// What becomes of a file that is there.
  public enum Earlier: Sendable {
    /// It stays, and is an error unless it is empty and ours.
    case stays
    /// The new one takes its place; whoever has it open keeps it.
    case isReplaced
    /// It gets a name with a number.
    case isNumbered
  }

  /// Why no file can be made.
  public enum Failure: Error, CustomStringConvertible {
    /// A file is there.
    case exists
    /// What is there may not be written to or replaced.
    case occupied(by: FileStatus.Kind)
    /// An empty file is there, but it is somebody else's.
    case foreign
    /// A system call failed.
    case system(Errno)

    /// The reason, for a sentence that begins with the path.
    public var description: String {
      switch self {
      case .exists: "exists"
      case .occupied(let kind): "is \(kind.rawValue), which is neither followed nor replaced"
      case .foreign: "belongs to another user or has another name"
      case .system(let reason): "can't be written: \(reason)"
      }
    }
  }

  /// The descriptor to write to; closed with the last reference.
  public let descriptor: Int32

  /// Makes a file.
  ///
  /// - Parameters:
  ///   - path: Where.
  ///   - earlier: What becomes of a file that is there.
  /// - Throws: Why it can't be made; then what was there still is.
  public init(path: String, earlier: Earlier) throws(Failure) {
    var attempts = 0
    while true {
      if let made = try Self.make(path) {
        descriptor = made
        return
      }
      let found = try Self.look(at: path)
      if let found,
        let descriptor = try Self.reuse(path, found, isForeignRefused: earlier == .stays)
      {
        self.descriptor = descriptor
        return
      }
      switch earlier {
      case .stays where found != nil: throw .exists
      case .isReplaced where found != nil:
        descriptor = try Self.replace(path)
        return
      case .isNumbered where found != nil:
        try Self.system { () throws(Errno) in try NumberedFiles(of: path).takeAway() }
      default: break
      }
      // Others come and go at this path; they may not keep us here.
      attempts += 1
      if attempts == 100 { throw .exists }
    }
  }

  deinit {
    close(descriptor)
  }

  /// The file, if nothing is there.
  private static func make(_ path: String) throws(Failure) -> CInt? {
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NONBLOCK | O_NOCTTY
    let number = unsafe linux_open(path, flags, 0o600)
    if number >= 0 {
      if takes(number), (try? FileStatus(descriptor: number))?.size == 0 { return number }
      // Somebody has taken it over for an empty one that was left, and may be done with it.
      close(number)
      return nil
    }
    guard errno == EEXIST else { throw .system(Errno.last) }
    return nil
  }

  /// Takes a file for as long as it is open, so that nobody else takes it while it is empty.
  ///
  /// - Returns: False if another has it; true also where the file system knows no locks.
  private static func takes(_ file: CInt) -> Bool {
    flock(file, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK
  }

  /// What is there; nil if it is gone.
  private static func look(at path: String) throws(Failure) -> FileStatus? {
    do throws(Errno) {
      return try FileReference(path: path, followsLink: false).status
    } catch .noSuchFile {
      return nil
    } catch {
      throw .system(error)
    }
  }

  /// An empty file of ours, such as mktemp(1) makes, is taken as it is, unless another has it.
  private static func reuse(
    _ path: String, _ found: FileStatus, isForeignRefused: Bool
  ) throws(Failure) -> CInt? {
    guard found.kind == .regular else { throw .occupied(by: found.kind) }
    guard found.size == 0 else { return nil }
    guard found.owner == geteuid(), found.names == 1 else {
      if isForeignRefused { throw .foreign }
      return nil
    }
    do throws(Errno) {
      let file = try FileReference(path: path, followsLink: false).openRegular(writable: true)
      let now = try FileStatus(descriptor: file.number)
      guard now == found, takes(file.number), try FileStatus(descriptor: file.number) == found
      else { return nil }
      guard fchmod(file.number, 0o600) == 0 else { throw Errno.last }
      return file.take()
    } catch .noSuchFile {
      // Another has given it a number since it was looked at.
      return nil
    } catch {
      throw .system(error)
    }
  }

  /// Makes a file under another name and gives it this one.
  private static func replace(_ path: String) throws(Failure) -> CInt {
    for number in 0..<1000 {
      let temporary = "\(path).\(getpid()).\(number)"
      guard let made = try make(temporary) else { continue }
      if unsafe rename(temporary, path) == 0 { return made }
      let reason = Errno.last
      close(made)
      unsafe unlink(temporary)
      throw .system(reason)
    }
    throw .exists
  }

  private static func system<Result>(
    _ body: () throws(Errno) -> Result
  ) throws(Failure) -> Result {
    do throws(Errno) {
      return try body()
    } catch {
      throw .system(error)
    }
  }
}

/// The earlier files of a path under names with numbers: of `a.log` those are `a.1.log`, `a.2.log`
/// and so on, the highest the latest.
public struct NumberedFiles {
  private let path: String
  private let folder: String
  private let stem: String
  private let ending: String

  /// The earlier files of a path.
  public init(of path: String) {
    self.path = path
    let name = String(path.split(separator: "/").last ?? "")
    folder = String(path.dropLast(name.count))
    // A name that only begins with a dot has no ending.
    if let dot = name.dropFirst().lastIndex(of: ".") {
      stem = String(name[..<dot])
      ending = String(name[dot...])
    } else {
      (stem, ending) = (name, "")
    }
  }

  /// The numbers that are taken, in order.
  public var numbers: [UInt64] {
    ProcessFiles.names(in: folder.isEmpty ? "." : folder).compactMap(number).sorted()
  }

  /// The path of a number.
  public func path(of number: UInt64) -> String { "\(folder)\(stem).\(number)\(ending)" }

  private func number(of name: String) -> UInt64? {
    let (start, end) = (stem + ".", ending)
    guard name.hasPrefix(start), name.hasSuffix(end), name.count > start.count + end.count else {
      return nil
    }
    let digits = name.dropFirst(start.count).dropLast(end.count)
    // “01” and “+1” are other people's names.
    return UInt64(digits).flatMap { "\($0)" == digits ? $0 : nil }
  }

  /// Gives the file at the path the next number.
  ///
  /// No file is replaced by that.
  ///
  /// - Throws: Why it can't be renamed; not if it is gone.
  func takeAway() throws(Errno) {
    var number = (numbers.last ?? 0) &+ 1
    while unsafe linux_rename_new(path, path(of: number)) != 0 {
      if errno == ENOENT { return }
      guard errno == EEXIST, number < .max else { throw Errno.last }
      number += 1
    }
  }

  /// Removes the earliest files.
  ///
  /// - Parameters:
  ///   - kept: How many stay.
  ///   - start: What a file must begin with to be removed; another one only has such a name.
  public func remove(allBut kept: Int, startingWith start: String) {
    for number in numbers.dropLast(max(0, kept)) {
      let path = path(of: number)
      guard ProcessFiles.contents(path, limit: start.utf8.count) == start else { continue }
      _ = unsafe unlink(path)
    }
  }
}

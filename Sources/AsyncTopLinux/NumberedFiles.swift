import CAsyncTopLinux
import Glibc

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

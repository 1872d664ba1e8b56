import CAsyncTopLinux
import Glibc
import Synchronization

/// A descriptor that a program has handed over for good, such as its standard input, and that
/// others may share: a shell, a sibling, a child.
///
/// It stays as it is. What is used is another for the same thing, which never waits.
public final class HandedOver {
  private let number: CInt
  private var isOurs = true
  private var loan: NonBlockingLoan?

  /// Takes over an open descriptor.
  public init(_ number: CInt) {
    self.number = number
  }

  /// A descriptor of its own for the same thing, on which calls don't wait.
  ///
  /// A pipe or a terminal is opened once more, so that nobody else notices. What can't be becomes
  /// non-blocking for all who share it, and is given back as it was with the last who uses it here,
  /// or when the process exits. A file stays as it is: it never says that it would have to wait.
  ///
  /// - Parameter isWritten: Whether it is written to; else it is read.
  /// - Returns: The other descriptor, above the standard ones.
  /// - Throws: `badDescriptor`, `isFolder`, `tooManyFiles` and the like.
  public func opened(isWritten: Bool) throws(Errno) -> FileDescriptor {
    let kind = try FileDescriptor.kind(of: number)
    if kind == .folder { throw .isFolder }
    let mode = isWritten ? O_WRONLY : O_RDONLY
    let again = canBeOpenedAgain ? linux_open_again(number, mode | O_NONBLOCK) : -1
    if again >= 0 { return FileDescriptor(owning: again) }
    let (number, first) = (number, CInt(3))
    let copy = try FileDescriptor { linux_duplicate(number, first) }
    if kind != .file { loan = try NonBlockingLoan(number) }
    return copy
  }

  // Not what has a name: of a named pipe the kernel tells only since it was opened, and to open a
  // device may do something. The master of a terminal would be another one's.
  private var canBeOpenedAgain: Bool {
    guard let target = ProcessFiles.linkTarget("/proc/self/fd/\(number)") else { return false }
    return target.hasPrefix("pipe:[") || (isatty(number) == 1 && !target.hasSuffix("/ptmx"))
  }

  /// Leaves it blocking, since it never waits.
  public func leaveBlocking() {
    loan?.end()
    loan = nil
  }

  /// Leaves it to whoever has handed it over.
  public func giveBack() {
    isOurs = false
  }

  deinit {
    loan?.end()
    if isOurs { close(number) }
  }
}

/// Makes what a descriptor stands for non-blocking, until the last who wants it so has ended.
///
/// From any thread: the list is only touched under its lock.
struct NonBlockingLoan {
  private struct Thing: Hashable {
    var device: UInt
    var node: UInt
  }

  private let thing: Thing
  private let number: CInt

  private static let numbers = Mutex<[Thing: [CInt]]>([:])

  // Also if the program ends in the middle.
  private static let endsAtExit: Void = Program.atExit {
    NonBlockingLoan.numbers.withLock { numbers in
      for number in numbers.values.compactMap(\.first) {
        try? FileDescriptor.setNonBlocking(number, false)
      }
    }
  }

  /// Begins; nil if it was non-blocking already, for somebody else's reasons.
  init?(_ number: CInt) throws(Errno) {
    var status = stat()
    guard unsafe fstat(number, &status) == 0 else { throw Errno.last }
    let thing = Thing(device: UInt(status.st_dev), node: UInt(status.st_ino))
    let begun = try Self.numbers.withLock { numbers throws(Errno) in
      let isLent = numbers[thing] != nil
      let flags = fcntl(number, F_GETFL)
      guard flags >= 0 else { throw Errno.last }
      guard isLent || flags & O_NONBLOCK == 0 else { return false }
      try FileDescriptor.setNonBlocking(number, true)
      numbers[thing, default: []].append(number)
      return true
    }
    guard begun else { return nil }
    Self.endsAtExit
    self.thing = thing
    self.number = number
  }

  /// Ends, before the descriptor is closed.
  func end() {
    Self.numbers.withLock { numbers in
      guard let index = numbers[thing]?.firstIndex(of: number) else { return }
      numbers[thing]?.remove(at: index)
      guard numbers[thing]?.isEmpty == true else { return }
      numbers[thing] = nil
      try? FileDescriptor.setNonBlocking(number, false)
    }
  }
}

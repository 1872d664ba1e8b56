import AsyncTopLinux

/// An open descriptor of any kind, closed with its last reference: a file to be sent, or what
/// another process has passed.
///
/// Sendable because it never changes but for being closed or given away, which is its holder's to
/// do.
public final class OpenFile: @unchecked Sendable {
  private var descriptor: FileDescriptor?
  private let name: String

  /// Takes over an open descriptor.
  ///
  /// - Parameter number: The kernel's number.
  public init(owning number: Int32, fileID: StaticString = #fileID, line: UInt32 = #line) {
    if number < 0 {
      EventLoop.refuse("OpenFile(owning: \(number)): no open descriptor", fileID, line)
    }
    descriptor = FileDescriptor(owning: number)
    name = "descriptor \(number)"
  }

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: Where it is.
  ///   - writable: Whether it can be written, and is made, for its owner, if it is not there.
  /// - Throws: Why it can't be opened.
  public init(
    path: String, writable: Bool = false, fileID: StaticString = #fileID, line: UInt32 = #line
  ) throws(IOError) {
    do throws(Errno) {
      descriptor = try FileDescriptor.open(path, writable: writable)
    } catch {
      throw CallSite(fileID, line).error(error, "open", path)
    }
    name = path
  }

  /// The kernel's number; −1 once it is closed or given away.
  public var number: Int32 { descriptor?.number ?? -1 }

  /// The place at which it is read and written next, in bytes from the start; nil if it has none,
  /// as a pipe.
  public var position: Int64? {
    get { try? descriptor?.position }
    set { if let newValue { try? descriptor?.setPosition(newValue) } }
  }

  /// Closes it; again, it does nothing.
  public func close() {
    descriptor = nil
  }

  /// Gives the kernel's number away; the receiver has to close it.
  ///
  /// - Returns: The number; nil if it is closed.
  public func detach() -> Int32? { descriptor.take()?.take() }
}

extension OpenFile: CustomStringConvertible {
  /// Its path, or its number.
  public var description: String { name }
}

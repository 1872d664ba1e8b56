/// Why a file, or a part of it, gave no symbols.
public struct SymbolicationError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of thing went wrong.
  public enum Code: Sendable, Hashable {
    /// The file, or the process's list of modules, could not be opened or read.
    case cannotOpen
    /// The file is not a 64-bit little-endian ELF file.
    case notELF
    /// The file uses something valid that this reader doesn't know.
    case unsupported
    /// Data ends before it should.
    case truncated
    /// Data contradicts itself.
    case malformed
    /// The file was cut or written while it was read.
    case changed
    /// The file is not the one the process ran: its build ID differs.
    case otherBuild
    /// Nothing tells whether a file is the one the process ran: no build ID is known.
    case unidentified
    /// No file of the build that the process ran was found.
    case notFound
    /// The file has nothing on this address.
    case noSymbols
  }

  /// What kind of thing went wrong.
  public let code: Code
  /// The file that was read.
  public let path: String
  /// One sentence for a person.
  public let message: String

  /// The path and the message.
  public var description: String { "\(path): \(message)" }

  init(_ code: Code, path: String, _ message: String) {
    self.code = code
    self.path = path
    self.message = message
  }
}

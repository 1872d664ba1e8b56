public import AsyncTopLinux

/// Why a recording can't be read or written, and what to do about it.
public struct RecordingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kinds of reasons.
  public enum Code: String, Hashable, Sendable {
    /// The file can't be opened.
    case cannotOpen
    /// What was opened is no recording.
    case notARecording
    /// The recording has a version that this asynctop does not know.
    case otherVersion
    /// The recording contradicts itself before anything of it can be played.
    case damaged
    /// There is no room for more.
    case diskFull
    /// Nobody reads the other end of the pipe any more.
    case readerGone
    /// The pipe took no more when the recording was to end.
    case readerStalled
    /// The kernel refused to read or write.
    case inputOutput
    /// There is no memory for the tables.
    case noMemory
    /// The recording has reached the size that its owner allowed.
    case sizeLimit
    /// The region of the app contradicts itself.
    case badRegion
    /// The app can't be asked for events: its region is mapped for reading only.
    case readOnlyRegion
  }

  /// The kind of reason.
  public let code: Code
  /// What is wrong and what the user can do.
  public let message: String
  /// The system call's reason, if one failed.
  public let cause: Errno?

  /// Makes an error.
  public init(_ code: Code, _ message: String, cause: Errno? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  /// The message.
  public var description: String { message }
}

extension RecordingError {
  /// Why writing failed.
  init(writing cause: Errno) {
    if cause.isFull {
      self.init(
        .diskFull,
        "recording stopped, there is no room for more (\(cause)); what is written can be played",
        cause: cause)
    } else if cause == .brokenPipe || cause == .connectionReset {
      self.init(.readerGone, "recording stopped, nobody reads it any more", cause: cause)
    } else if cause == .timedOut {
      self.init(
        .readerStalled,
        "recording ended within a block: who should read it takes no more", cause: cause)
    } else {
      self.init(.inputOutput, "recording stopped, it can't be written: \(cause)", cause: cause)
    }
  }
}

extension RecordingError {
  /// Why something could not be opened.
  init(opening name: String, _ cause: Errno) {
    self.init(.cannotOpen, "\(name) can't be opened: \(cause)", cause: cause)
  }

  /// Why reading failed.
  init(reading cause: Errno) {
    self.init(.inputOutput, "the recording can't be read: \(cause)", cause: cause)
  }

  /// Why what comes through a pipe could not be kept.
  init(spooling cause: Errno) {
    self.init(
      .diskFull,
      "what comes through the pipe can't be kept: \(cause); set TMPDIR to a place with more room,"
        + " or record to a file", cause: cause)
  }
}

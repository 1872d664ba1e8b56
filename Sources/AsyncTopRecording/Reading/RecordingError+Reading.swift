import AsyncTopLinux

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

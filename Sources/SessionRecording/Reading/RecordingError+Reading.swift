import Glibc

extension RecordingError {
  private static func reason(_ number: Int32) -> String {
    unsafe String(cString: strerror(number))
  }

  /// Why something could not be opened.
  init(opening name: String, number: Int32) {
    self.init(.cannotOpen, "\(name) can't be opened: \(Self.reason(number))", errno: number)
  }

  /// Why reading failed.
  init(reading number: Int32) {
    self.init(
      .inputOutput, "the recording can't be read: \(Self.reason(number))", errno: number)
  }

  /// Why what comes through a pipe could not be kept.
  init(spooling number: Int32) {
    self.init(
      .diskFull,
      "what comes through the pipe can't be kept: \(Self.reason(number)); set TMPDIR to a place"
        + " with more room, or record to a file", errno: number)
  }
}

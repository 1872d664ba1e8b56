import AsyncTopLinux

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

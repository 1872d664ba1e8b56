import Glibc

extension RecordingError {
  /// Why writing failed.
  init(writing number: Int32) {
    let reason = unsafe String(cString: strerror(number))
    switch number {
    case ENOSPC, EDQUOT, EFBIG:
      self.init(
        .diskFull,
        "recording stopped, there is no room for more (\(reason)); what is written can be played",
        errno: number)
    case EPIPE, ECONNRESET:
      self.init(.readerGone, "recording stopped, nobody reads it any more", errno: number)
    default:
      self.init(.inputOutput, "recording stopped, it can't be written: \(reason)", errno: number)
    }
  }
}

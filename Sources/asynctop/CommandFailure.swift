/// A command that could not do what it was asked, and what to do about it.
struct CommandFailure: Error {
  let message: String

  init(_ message: String) {
    self.message = message
  }

  /// Takes over the message of an error of one of our modules.
  init(_ error: any Error) {
    message = "\(error)"
  }
}

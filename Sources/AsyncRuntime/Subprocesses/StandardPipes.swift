import AsyncTopLinux

/// The standard streams of a subprocess that is about to be made: the ends that it gets, which are
/// closed here with this, and those that stay here.
final class StandardPipes {
  private var input: PipeEnds?
  private var output: PipeEnds?
  private var errors: PipeEnds?
  private var null: FileDescriptor?
  private var source: Connection?
  /// What it gets; nil for what this process has.
  private(set) var streams: (input: CInt?, output: CInt?, error: CInt?) = (nil, nil, nil)

  init(
    _ input: Subprocess.Input, _ output: Subprocess.Output, _ errors: Subprocess.ErrorOutput
  ) throws(Errno) {
    try setInput(input)
    switch output {
    case .inherited: break
    case .null: streams.output = try nullDevice()
    case .descriptor(let number): streams.output = number
    case .pipe:
      self.output = try FileDescriptor.pipe(readsAtOnce: true)
      streams.output = self.output?.writingNumber
    }
    switch errors {
    case .inherited: break
    case .null: streams.error = try nullDevice()
    case .descriptor(let number): streams.error = number
    case .standardOutput: streams.error = streams.output ?? 1
    case .pipe:
      self.errors = try FileDescriptor.pipe(readsAtOnce: true)
      streams.error = self.errors?.writingNumber
    }
  }

  private func setInput(_ input: Subprocess.Input) throws(Errno) {
    switch input {
    case .inherited: break
    case .null: streams.input = try nullDevice()
    case .descriptor(let number): streams.input = number
    case .output(let reader):
      let source = reader.connection
      source.loop.checkThread()
      if !source.input.isEmpty {
        EventLoop.refuse("the stream \(source.label) was read from, and can't be handed over")
      }
      guard let number = source.descriptor?.number else { throw .badDescriptor }
      try source.descriptor?.setNonBlocking(false)
      self.source = source
      streams.input = number
    case .pipe:
      self.input = try FileDescriptor.pipe(writesAtOnce: true)
      streams.input = self.input?.readingNumber
    }
  }

  private func nullDevice() throws(Errno) -> CInt {
    if let number = null?.number { return number }
    let opened = try FileDescriptor.null()
    let number = opened.number
    null = consume opened
    return number
  }

  func takeInput() -> FileDescriptor? { input?.takeWriting() }

  func takeOutput() -> FileDescriptor? { output?.takeReading() }

  func takeErrors() -> FileDescriptor? { errors?.takeReading() }

  /// The subprocess has what it was given; what was another stream's is closed here.
  func wereTaken() {
    source?.abort()
    source = nil
  }

  deinit {
    try? source?.descriptor?.setNonBlocking(true)
  }
}

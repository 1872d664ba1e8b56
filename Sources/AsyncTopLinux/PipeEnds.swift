/// The two ends of a pipe, closed with this unless they are taken.
public final class PipeEnds {
  private var reading: FileDescriptor?
  private var writing: FileDescriptor?

  init(reading: consuming FileDescriptor, writing: consuming FileDescriptor) {
    self.reading = consume reading
    self.writing = consume writing
  }

  /// The kernel's number of the end from where the bytes come; nil if it was taken.
  public var readingNumber: CInt? { reading?.number }

  /// The kernel's number of the end to where the bytes go; nil if it was taken.
  public var writingNumber: CInt? { writing?.number }

  /// Gives away the end from where the bytes come.
  public func takeReading() -> FileDescriptor? { reading.take() }

  /// Gives away the end to where the bytes go.
  public func takeWriting() -> FileDescriptor? { writing.take() }
}

/// The two ends of a pipe.
public struct FileDescriptorPair: ~Copyable, Sendable {
  /// From where the bytes come.
  public let reading: FileDescriptor
  /// To where the bytes go.
  public let writing: FileDescriptor
}

import CAsyncTopLinux

extension FileDescriptor {
  /// A file in memory that holds these bytes.
  ///
  /// - Throws: Why there is none.
  public static func memory(holding bytes: [UInt8]) throws(Errno) -> FileDescriptor {
    let file = try FileDescriptor { linux_memory_file() }
    try DataFile(borrowing: file.number).write(bytes)
    return file
  }
}

import CAsyncTopLinux

extension FileDescriptor {
  /// A file in memory that holds these bytes.
  ///
  /// - Throws: Why there is none.
  public static func memory(holding bytes: [UInt8]) throws(Errno) -> FileDescriptor {
    let file = try FileDescriptor { linux_memory_file() }
    try unsafe bytes.withUnsafeBytes { buffer throws(Errno) in
      try unsafe DataFile(borrowing: file.number).write(buffer)
    }
    return file
  }
}

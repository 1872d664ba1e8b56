import Glibc

/// The bytes of a recording: a file, or what has come through a pipe so far, which is kept in a
/// file without a name.
///
/// A file is read, not mapped: if somebody cuts it off meanwhile, reading ends early, and no signal
/// comes.
final class BlockSource {
  private let file: Int32
  private let pipe: Int32?
  /// Bytes that can be read.
  private(set) var size: UInt64 = 0
  /// Whether no more will come.
  private(set) var hasEnded = false

  /// Opens a file, or a pipe by name.
  convenience init(path: String) throws(RecordingError) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw RecordingError(opening: path, number: errno)
    }
    defer { close(descriptor) }
    try self.init(descriptor: descriptor)
  }

  /// Reads from a descriptor, which stays the caller's and must stay open if it is a pipe.
  init(descriptor: Int32) throws(RecordingError) {
    let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    guard copy >= 0 else { throw RecordingError(opening: "the descriptor", number: errno) }
    if lseek(copy, 0, SEEK_CUR) >= 0 {
      (file, pipe) = (copy, nil)
    } else {
      pipe = copy
      file = Self.openSpool()
    }
    guard file >= 0 else {
      close(copy)
      throw RecordingError(opening: "a file for what comes through the pipe", number: errno)
    }
    try update(wait: false)
  }

  deinit {
    close(file)
    if let pipe { close(pipe) }
  }

  // Linux's O_TMPFILE, which Glibc's module leaves out: __O_TMPFILE | O_DIRECTORY.
  private static func openSpool() -> Int32 {
    let chosen = unsafe getenv("TMPDIR").map { unsafe [String(cString: $0)] } ?? []
    for directory in chosen + ["/tmp", "/dev/shm"] {
      let file = unsafe open(directory, O_RDWR | O_CLOEXEC | 0o20000000 | O_DIRECTORY, 0o600)
      if file >= 0 { return file }
    }
    return -1
  }

  /// Learns what has been written meanwhile.
  ///
  /// - Parameter wait: Whether to wait for bytes from a pipe.
  /// - Throws: Why it can't be read, or what was read can't be kept.
  func update(wait: Bool) throws(RecordingError) {
    guard let pipe else {
      var status = stat()
      guard unsafe fstat(file, &status) == 0, status.st_size >= 0 else {
        throw RecordingError(reading: errno)
      }
      size = UInt64(status.st_size)
      return
    }
    var patience: Int32 = wait ? -1 : 0
    while !hasEnded {
      var ready = pollfd(fd: pipe, events: Int16(POLLIN), revents: 0)
      let count = unsafe poll(&ready, 1, patience)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return }
      patience = 0
      try readPipe(pipe)
    }
  }

  private func readPipe(_ pipe: Int32) throws(RecordingError) {
    let count = unsafe withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 16) { buffer in
      let count = unsafe Glibc.read(pipe, buffer.baseAddress, buffer.count)
      guard count > 0 else { return count }
      return unsafe pwrite(file, buffer.baseAddress, count, off_t(size)) == count ? count : -2
    }
    switch count {
    case 0: hasEnded = true
    case -1 where errno == EINTR || errno == EAGAIN: break
    case -1: throw RecordingError(reading: errno)
    case -2: throw RecordingError(spooling: errno)
    default: size += UInt64(count)
    }
    if size > RecordingLimits.spool { throw RecordingError(spooling: EFBIG) }
  }

  /// Reads exactly these bytes; false if they are not all there.
  func read(_ offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) -> Bool {
    guard offset <= size, UInt64(buffer.count) <= size - offset else { return false }
    var done = 0
    while done < buffer.count {
      let target = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      let count = unsafe pread(file, target.baseAddress, target.count, off_t(offset) + off_t(done))
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return false }
      done += count
    }
    return true
  }
}

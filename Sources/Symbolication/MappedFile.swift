import Glibc

/// A file mapped into memory, to be read only.
///
/// Shared between threads by these rules:
/// 1. The pointer and the length are set once, in `init`, and never change.
/// 2. Nobody writes through the mapping: it is made with `PROT_READ`.
/// 3. The mapping ends in `deinit`; whoever reads holds a reference, usually inside a `ByteView`.
///
/// A file that somebody else cuts short while it is mapped raises SIGBUS in a reader, as with any
/// mapping. Linkers and package managers put a new file in place of the old one, which is safe.
@safe final class MappedFile: @unchecked Sendable {
  let path: String
  let count: Int
  private let base: UnsafeRawPointer?

  init(path: String) throws(SymbolicationError) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.failure("opening", path) }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw Self.failure("examining", path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw SymbolicationError(.cannotOpen, path: path, "this is not a regular file")
    }
    self.path = path
    self.count = Int(status.st_size)
    guard count > 0 else {
      unsafe self.base = nil
      return
    }
    guard let address = unsafe mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0),
      unsafe address != MAP_FAILED
    else { throw Self.failure("mapping", path) }
    unsafe self.base = UnsafeRawPointer(address)
  }

  deinit {
    if let base = unsafe base {
      unsafe _ = munmap(UnsafeMutableRawPointer(mutating: base), count)
    }
  }

  /// All bytes of the file.
  ///
  /// The caller keeps this object alive while it uses them.
  var bytes: UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: base, count: count)
  }

  private static func failure(_ doing: String, _ path: String) -> SymbolicationError {
    let reason = unsafe String(cString: strerror(errno))
    return SymbolicationError(.cannotOpen, path: path, "\(doing) it failed: \(reason)")
  }
}

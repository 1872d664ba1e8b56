import CAsyncTopLinux
import Glibc

/// A file in memory, which has a path.
struct MemoryFile: ~Copyable {
  let descriptor: CInt

  var path: String { "/proc/self/fd/\(descriptor)" }

  init(_ bytes: [UInt8], size: Int? = nil) {
    descriptor = linux_memory_file()
    precondition(descriptor >= 0, "no descriptor is left")
    if let size { ftruncate(descriptor, size) }
    write(bytes, at: 0)
  }

  func write(_ bytes: [UInt8], at offset: Int) {
    _ = unsafe bytes.withUnsafeBytes {
      unsafe pwrite(descriptor, $0.baseAddress, $0.count, offset)
    }
  }

  deinit { close(descriptor) }
}

import Glibc

/// The system's libzstd, which is loaded when the first section that needs it is met.
///
/// An app that links us does not link it: few programs have such sections, and one that does was
/// built where the library is.
enum ZstandardLibrary {
  private typealias Decompress =
    @convention(c) (UnsafeMutableRawPointer?, Int, UnsafeRawPointer?, Int) -> Int

  /// Unpacks what has `count` bytes.
  ///
  /// - Throws: `unsupported` where the library is missing, `malformed` for anything else.
  static func unpack(
    _ packed: [UInt8], count: Int, path: String
  ) throws(SymbolicationError) -> [UInt8] {
    guard let library = unsafe dlopen("libzstd.so.1", RTLD_NOW | RTLD_LOCAL),
      let symbol = unsafe dlsym(library, "ZSTD_decompress")
    else {
      throw SymbolicationError(
        .unsupported, path: path,
        "its debug information is compressed with zstd; install libzstd to see lines")
    }
    let decompress = unsafe unsafeBitCast(symbol, to: Decompress.self)
    var length = 0
    let contents = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      unsafe packed.withUnsafeBytes {
        length = unsafe decompress(buffer.baseAddress, count, $0.baseAddress, $0.count)
      }
      // An error is a number near the largest.
      initialized = length == count ? count : 0
    }
    guard length == count else {
      throw SymbolicationError(.malformed, path: path, "a section compressed with zstd is damaged")
    }
    return contents
  }
}

import Glibc

/// A section that a linker has compressed (`SHF_COMPRESSED`).
struct CompressedSection {
  /// The most that is unpacked from a section, in bytes.
  static let sizeLimit: UInt64 = 256 << 20
  /// How many times its own size a section may claim to be; debug information has three to ten.
  static let ratioLimit: UInt64 = 128
  /// What a section may claim to be in any case.
  static let freeSize: UInt64 = 65_536

  private let bytes: ByteView

  init(_ bytes: ByteView) { self.bytes = bytes }

  /// What was compressed.
  func unpacked() throws(SymbolicationError) -> ByteView {
    var cursor = ByteCursor(bytes)
    let method = try cursor.read(UInt32.self)
    try cursor.skip(4)
    let size = try cursor.read(UInt64.self)
    try cursor.skip(8)  // the alignment
    let stored = UInt64(cursor.remaining)
    guard size <= Self.sizeLimit,
      size <= Self.freeSize || size / Self.ratioLimit <= stored
    else {
      throw SymbolicationError(
        .unsupported, path: bytes.path,
        "a compressed section of \(stored) bytes claims to be \(size) bytes")
    }
    let packed = try bytes.bytes(at: cursor.offset, count: cursor.remaining)
    let contents: [UInt8]
    switch method {
    case 1:
      contents = try Inflation.unpack(packed, count: Int(size), path: bytes.path)
    case 2:
      contents = try ZstandardLibrary.unpack(packed, count: Int(size), path: bytes.path)
    default:
      throw SymbolicationError(
        .unsupported, path: bytes.path, "a section is compressed by an unknown method, \(method)")
    }
    return ByteView(ByteSource(contents, path: bytes.path))
  }
}

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

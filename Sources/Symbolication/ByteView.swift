/// A part of a mapped file, which checks every access against its bounds.
struct ByteView: Sendable {
  private let file: MappedFile
  private let start: Int
  /// How many bytes the part has.
  let count: Int

  /// The whole of a file.
  init(_ file: MappedFile) {
    self.file = file
    self.start = 0
    self.count = file.count
  }

  private init(file: MappedFile, start: Int, count: Int) {
    self.file = file
    self.start = start
    self.count = count
  }

  /// Where the file came from.
  var path: String { file.path }

  /// A part of this part.
  func part(at offset: UInt64, count: UInt64) throws(SymbolicationError) -> ByteView {
    guard offset <= UInt64(self.count), count <= UInt64(self.count) - offset else {
      throw truncated(at: offset)
    }
    return ByteView(file: file, start: start + Int(offset), count: Int(count))
  }

  /// An integer in the file's byte order (little endian), wherever it lies.
  func load<Value: FixedWidthInteger & BitwiseCopyable>(
    _ type: Value.Type, at offset: Int
  ) throws(SymbolicationError) -> Value {
    guard offset >= 0, offset <= count - MemoryLayout<Value>.size else {
      throw truncated(at: UInt64(max(0, offset)))
    }
    let value = unsafe file.bytes.loadUnaligned(fromByteOffset: start + offset, as: type)
    return Value(littleEndian: value)
  }

  /// How many bytes there are from `offset` to the next NUL, at most `limit`; nil if there is none.
  func lengthOfString(at offset: Int, limit: Int = .max) -> Int? {
    guard offset >= 0, offset < count else { return nil }
    let span = min(count - offset, limit)
    let bytes = unsafe file.bytes[start + offset..<start + offset + span]
    return unsafe bytes.firstIndex(of: 0).map { $0 - start - offset }
  }

  /// The text from `offset` to the next NUL.
  func string(at offset: Int) throws(SymbolicationError) -> String {
    guard let length = lengthOfString(at: offset) else { throw truncated(at: UInt64(count)) }
    return text(at: offset, length: length)
  }

  /// `length` bytes that are known to lie inside, as text; bytes that aren't UTF-8 are replaced.
  func text(at offset: Int, length: Int) -> String {
    let first = start + offset
    return unsafe String(decoding: file.bytes[first..<first + length], as: UTF8.self)
  }

  /// The error of whoever needed a byte that isn't there.
  func truncated(at offset: UInt64) -> SymbolicationError {
    SymbolicationError(.truncated, path: path, "data ends before byte \(UInt64(start) &+ offset)")
  }
}

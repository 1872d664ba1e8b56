import Glibc

extension LoadedModule {
  /// The modules of a running process, from `/proc/<pid>/maps`.
  ///
  /// A file that was replaced since the process started is left out, except the executable, which
  /// the kernel still gives out. So is one that isn't ELF.
  ///
  /// - Parameter processID: The process.
  /// - Returns: The modules that have code, in order of their addresses.
  /// - Throws: When the process is gone, or belongs to somebody else.
  public static func modules(
    ofProcess processID: Int32
  ) throws(SymbolicationError) -> [LoadedModule] {
    let maps = try text(ofFile: "/proc/\(processID)/maps")
    let mappings = maps.split(separator: "\n").compactMap { MemoryMapping($0) }
    return modules(in: mappings) { path in
      let deleted = " (deleted)"
      guard !path.hasSuffix(deleted) else {
        let executable = "/proc/\(processID)/exe"
        return target(of: executable) == path ? executable : nil
      }
      // Another mount namespace has other files under the same name.
      let inside = "/proc/\(processID)/root\(path)"
      return identity(of: inside).map { $0 == identity(of: path) ? path : inside } ?? path
    }
  }

  /// Finds where the code of each file is mapped; the file tells what else belongs to the module.
  ///
  /// Other mappings of a file may be anything: a program may map a library to read it, as this one
  /// does. `locate` says where the file of a mapped path can be opened; nil if nowhere.
  static func modules(
    in mappings: [MemoryMapping], locate: (String) -> String?
  ) -> [LoadedModule] {
    let code = Dictionary(grouping: mappings.filter(\.isExecutable), by: \.path)
    return code.compactMap { path, mappings in
      guard let first = mappings.first, let place = locate(path),
        let file = try? ELFFile(path: place), let bias = file.loadBias(of: first),
        let range = file.range(withBias: bias)
      else { return nil }
      return LoadedModule(path: place, loadBias: bias, range: range, buildID: file.buildID)
    }
    .sorted { $0.range.lowerBound < $1.range.lowerBound }
  }

  private static func text(ofFile path: String) throws(SymbolicationError) -> String {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      let reason = unsafe String(cString: strerror(errno))
      throw SymbolicationError(.cannotOpen, path: path, "opening it failed: \(reason)")
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    while true {
      let chunk = unsafe [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
        count = unsafe max(0, Glibc.read(descriptor, buffer.baseAddress, buffer.count))
      }
      if chunk.isEmpty { return String(decoding: bytes, as: UTF8.self) }
      bytes += chunk
    }
  }

  private static func target(of link: String) -> String? {
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: Int(PATH_MAX)) { buffer, count in
      guard let start = buffer.baseAddress else { return }
      let text = unsafe UnsafeMutableRawPointer(start).assumingMemoryBound(to: CChar.self)
      count = unsafe max(0, readlink(link, text, buffer.count))
    }
    return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
  }

  private static func identity(of path: String) -> [UInt64]? {
    var status = stat()
    guard unsafe fstatat(AT_FDCWD, path, &status, 0) == 0 else { return nil }
    return [UInt64(status.st_dev), UInt64(status.st_ino)]
  }
}

extension ELFFile {
  /// The addresses that all segments take, once they are moved; nil if they make no sense.
  fileprivate func range(withBias bias: UInt64) -> Range<UInt64>? {
    let loaded = segments.filter(\.isLoaded)
    guard let low = loaded.map({ bias &+ $0.address }).min(),
      let high = loaded.map({ bias &+ $0.address &+ $0.memorySize }).max(), low < high
    else { return nil }
    return low..<high
  }

  /// What was added to this file's addresses, given a mapping of its code; nil if the mapping is
  /// not one the file asks for.
  fileprivate func loadBias(of mapping: MemoryMapping) -> UInt64? {
    let page: UInt64 = 4_096
    let segment = segments.first {
      $0.isLoaded && $0.isExecutable && $0.offset & ~(page - 1) <= mapping.offset
        && mapping.offset < $0.offset &+ $0.fileSize
    }
    guard let segment else { return nil }
    return mapping.range.lowerBound &- (mapping.offset &- segment.offset &+ segment.address)
  }
}

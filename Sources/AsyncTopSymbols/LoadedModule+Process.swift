extension LoadedModule {
  /// The modules of a running process, from `/proc/<pid>/maps`.
  ///
  /// A file that can't be reached any more is left out, as is one that isn't ELF.
  ///
  /// - Parameters:
  ///   - processID: The process.
  ///   - known: Modules that are known; what is mapped at their addresses is not looked at.
  /// - Returns: The modules that have code, in order of their addresses.
  /// - Throws: When the process is gone, or belongs to somebody else.
  public static func modules(
    ofProcess processID: Int32, besides known: [LoadedModule] = []
  ) throws(SymbolicationError) -> [LoadedModule] {
    let files = MappedFiles(process: processID)
    let mappings = try MemoryMapping.all(ofProcess: processID).filter { mapping in
      !known.contains { $0.range.overlaps(mapping.range) }
    }
    return modules(in: mappings) { mapping in
      for place in files.places(of: mapping, path: mapping.originalPath) {
        if let file = try? ELFFile(path: place.path), place.isProven || mapping.maps(file) {
          return file
        }
      }
      return nil
    }
  }

  /// Finds where the code of each file is mapped; the file tells what else belongs to the module.
  ///
  /// Other mappings of a file may be anything: a program may map a library to read it, as this one
  /// does. `open` gives the file of a mapping; nil if it can't be reached.
  static func modules(
    in mappings: [MemoryMapping], open: (MemoryMapping) -> ELFFile?
  ) -> [LoadedModule] {
    let code = Dictionary(grouping: mappings.filter(\.isExecutable), by: \.path)
    return code.compactMap { path, mappings in
      guard let first = mappings.first, let file = open(first),
        let bias = file.loadBias(of: first), let range = file.range(withBias: bias)
      else { return nil }
      return LoadedModule(
        path: first.originalPath, loadBias: bias, range: range, buildID: file.buildID ?? [])
    }
    .sorted { $0.range.lowerBound < $1.range.lowerBound }
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

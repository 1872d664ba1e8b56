import AsyncTopLinux

/// An executable or library as it lies in the memory of a process.
public struct LoadedModule: Sendable, Hashable {
  /// Where its file was when the process loaded it, as the process itself names it.
  public let path: String
  /// What is added to an address of the file to get an address of the process.
  public let loadBias: UInt64
  /// The addresses of the process it takes.
  public let range: Range<UInt64>
  /// The identity of the build the process runs; empty if it isn't known.
  ///
  /// A file of another identity is not used: it would name the wrong functions.
  public let buildID: [UInt8]

  /// Describes a module.
  ///
  /// - Parameters:
  ///   - path: Where its file was.
  ///   - loadBias: An address of the process, less the address of the same byte in the file's own
  ///     numbering. Zero for an executable that isn't position-independent.
  ///   - range: The addresses it takes.
  ///   - buildID: The identity of the build; empty if it isn't known.
  public init(path: String, loadBias: UInt64, range: Range<UInt64>, buildID: [UInt8] = []) {
    self.path = path
    self.loadBias = loadBias
    self.range = range
    self.buildID = buildID
  }

  /// The last part of the path.
  public var name: String {
    path.split(separator: "/").last.map { String($0) } ?? path
  }

  /// The identity of the build in hexadecimal digits.
  var buildIDText: String { Self.text(buildID) }

  static func text(_ identity: [UInt8]) -> String {
    identity.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}

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
    let mappings = try FileMapping.all(ofProcess: processID).filter { mapping in
      !known.contains { $0.range.overlaps(mapping.range) }
    }
    return modules(in: mappings) { mapping in
      for way in files.ways(to: mapping, path: mapping.originalPath) {
        if let file = try? ELFFile(path: way.path), way.isProven || mapping.maps(file) {
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
    in mappings: [FileMapping], open: (FileMapping) -> ELFFile?
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
  fileprivate func loadBias(of mapping: FileMapping) -> UInt64? {
    let page: UInt64 = 4_096
    let segment = segments.first {
      $0.isLoaded && $0.isExecutable && $0.offset & ~(page - 1) <= mapping.offset
        && mapping.offset < $0.offset &+ $0.fileSize
    }
    guard let segment else { return nil }
    return mapping.range.lowerBound &- (mapping.offset &- segment.offset &+ segment.address)
  }
}

/// A line of `/proc/<pid>/maps` that maps a file.
struct FileMapping: Sendable, Equatable {
  private static let deletedMark = " (deleted)"
  /// The longest table of mappings that is read, in bytes.
  private static let sizeLimit = 4 << 20

  let range: Range<UInt64>
  let isExecutable: Bool
  /// Where in the file it begins.
  let offset: UInt64
  /// The number of the file on its device.
  let node: UInt64
  /// The file's path; with ` (deleted)` behind it if no file of that name is it any more.
  let path: String

  init(range: Range<UInt64>, isExecutable: Bool, offset: UInt64, node: UInt64 = 0, path: String) {
    self.range = range
    self.isExecutable = isExecutable
    self.offset = offset
    self.node = node
    self.path = path
  }

  /// Reads `7f01-7f02 r-xp 00001000 08:01 42   /usr/lib/libc.so.6`; nil if no file is mapped.
  init?(_ line: Substring) {
    let fields = line.split(separator: " ", maxSplits: 5)
    guard fields.count == 6 else { return nil }
    let path = fields[5].drop { $0 == " " }
    guard path.first == "/" else { return nil }
    let bounds = fields[0].split(separator: "-")
    guard bounds.count == 2, let low = UInt64(bounds[0], radix: 16),
      let high = UInt64(bounds[1], radix: 16), low < high,
      let offset = UInt64(fields[2], radix: 16), let node = UInt64(fields[4])
    else { return nil }
    self.init(
      range: low..<high, isExecutable: fields[1].contains("x"), offset: offset, node: node,
      path: String(path))
  }

  /// All of a process.
  ///
  /// - Throws: When the process is gone, or belongs to somebody else.
  static func all(ofProcess id: Int32) throws(SymbolicationError) -> [FileMapping] {
    let path = "/proc/\(id)/maps"
    guard let text = ProcessFiles.contents(path, limit: sizeLimit), !text.isEmpty else {
      throw SymbolicationError(
        .cannotOpen, path: path, "the process is gone, or another user's")
    }
    return text.split(separator: "\n").compactMap { FileMapping($0) }
  }

  /// The path, whether or not another file has it now.
  var originalPath: String {
    path.hasSuffix(Self.deletedMark) ? String(path.dropLast(Self.deletedMark.count)) : path
  }

  /// Whether a file that was opened by its path is the one that is mapped.
  func maps(_ file: ELFFile) -> Bool {
    node != 0 && !path.hasSuffix(Self.deletedMark) && file.node == node
  }
}

/// The ways to a file that a running process has mapped.
struct MappedFiles {
  /// A path, and whether the kernel gives out the very file that is mapped.
  struct Way {
    let path: String
    let isProven: Bool
  }

  let process: Int32

  /// Where the file of a mapping can be opened, the surest way first.
  ///
  /// `mapping` is one of its mappings, if one is known, `path` where the process says it is.
  func ways(to mapping: FileMapping?, path: String) -> [Way] {
    var ways: [Way] = []
    let executable = "/proc/\(process)/exe"
    // The kernel gives out the executable also when another file took its name, or none has it.
    if let target = ProcessFiles.linkTarget(executable), target == mapping?.path ?? path {
      ways.append(Way(path: executable, isProven: true))
    }
    if let mapping {
      // Needs a privilege, and then holds for every mapped file.
      let range =
        String(mapping.range.lowerBound, radix: 16) + "-"
        + String(mapping.range.upperBound, radix: 16)
      ways.append(Way(path: "/proc/\(process)/map_files/\(range)", isProven: true))
    }
    // Another mount namespace has other files under the same name.
    if path.first == "/" {
      ways.append(Way(path: "/proc/\(process)/root\(path)", isProven: false))
    }
    return ways
  }
}

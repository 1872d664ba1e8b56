import AsyncTopLinux
import AsyncTopSymbols
import AsyncTopTerminal

/// The probe as a shared object, where the loader of a program that is started finds it.
final class PreloadedProbe {
  /// Its path, for that program alone, or for all.
  let path: String
  private let memory: Memory?

  // A descriptor can't be an optional of a class.
  private final class Memory {
    let file: FileDescriptor
    init(_ file: consuming FileDescriptor) { self.file = file }
  }

  /// For one process, which gets a descriptor of it.
  init() throws {
    do {
      let file = try FileDescriptor.memory(holding: Self.bytes)
      path = "/proc/self/fd/\(file.number)"
      memory = Memory(file)
    } catch {
      throw CommandFailure("there is no memory for the probe: \(error); try --follow")
    }
  }

  /// For a process and all that it starts: a file that stays.
  init(kept: Void) throws {
    memory = nil
    let bytes = Self.bytes
    do {
      path = try KeptFile.keep(
        bytes, named: "libasynctop-probe-\(Self.buildID(of: bytes)).so", in: Self.folder)
    } catch {
      throw CommandFailure("the probe can't be put into \(Self.folder): it \(error)")
    }
  }

  /// The descriptors that the program needs for it.
  var descriptors: [Int32] { memory.map { [$0.file.number] } ?? [] }

  /// Calls a function while the environment has a program load it first of all.
  ///
  /// What is to be preloaded otherwise stays so, in its order.
  func withEnvironment<Result>(
    stopped: Bool, _ body: () throws -> Result
  ) rethrows -> Result {
    let list = Program.environment("LD_PRELOAD")
    let wait = Program.environment("ASYNCTOP_WAIT")
    Program.setEnvironment("LD_PRELOAD", to: list.map { "\(path):\($0)" } ?? path)
    if stopped { Program.setEnvironment("ASYNCTOP_WAIT", to: "on") }
    defer {
      Program.setEnvironment("LD_PRELOAD", to: list)
      Program.setEnvironment("ASYNCTOP_WAIT", to: wait)
    }
    return try body()
  }

  /// In the user's folder of files that can be made again.
  private static var folder: String {
    if let cache = Program.environment("XDG_CACHE_HOME"), cache.hasPrefix("/") {
      return "\(cache)/asynctop"
    }
    let home = Program.environment("HOME") ?? ""
    return home.hasPrefix("/") ? "\(home)/.cache/asynctop" : "/tmp/asynctop-\(Program.user)"
  }

  /// The shared object.
  static var bytes: [UInt8] {
    let text = EmbeddedProbe.text
    return unsafe base64(
      UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  private static func base64(_ text: some Sequence<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    var (bits, count) = (UInt32(0), 0)
    for character in text {
      let value: UInt8
      switch character {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = character - UInt8(ascii: "A")
      case UInt8(ascii: "a")...UInt8(ascii: "z"): value = character - UInt8(ascii: "a") + 26
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = character - UInt8(ascii: "0") + 52
      case UInt8(ascii: "+"): value = 62
      case UInt8(ascii: "/"): value = 63
      default: continue
      }
      bits = bits << 6 | UInt32(value)
      count += 6
      guard count >= 8 else { continue }
      count -= 8
      bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
    }
    return bytes
  }

  /// What its note says, in hexadecimal digits.
  private static func buildID(of object: [UInt8]) -> String {
    // The sizes of name and contents, the type, the name.
    let head: [UInt8] = [4, 0, 0, 0, 20, 0, 0, 0, 3, 0, 0, 0] + Array("GNU\0".utf8)
    guard let place = object.firstRange(of: head) else { return "unknown" }
    return object[place.upperBound...].prefix(20).reduce(into: "") { text, byte in
      text += String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
    }
  }
}

/// What keeps the probe out of a program that it is to be preloaded into.
struct PreloadObstacle {
  private let name: String
  private let image: ProgramImage?
  private let certainty: String?

  /// Looks at the file of a program.
  ///
  /// - Parameter program: Its path, or its name.
  init(program: String) {
    name = SafeText.clean(program.split(separator: "/").last.map(String.init) ?? program)
    let path = Program.find(program)
    image = path.flatMap { ProgramImage(path: $0) }
    certainty = Self.certainty(image, path)
  }

  private static func certainty(_ image: ProgramImage?, _ path: String?) -> String? {
    if Program.environment("ASYNCTOP") == "off" { return "ASYNCTOP=off is set" }
    if let path, let status = try? FileStatus(path: path), status.changesUser,
      status.owner != Program.user
    {
      return "it runs as another user (set-user-ID), so the loader preloads nothing"
    }
    guard let image else { return nil }
    if !image.isForThisMachine { return "it is a program for another processor" }
    guard let loader = image.loader else {
      return "it is linked statically, so nothing can be preloaded"
    }
    if loader.contains("ld-musl") {
      return "it runs on musl, and the probe of this asynctop needs glibc"
    }
    return nil
  }

  /// Whether it is known before the start that nothing can be preloaded.
  var isCertain: Bool { certainty != nil }

  /// Why the program is not watched, and what to do.
  ///
  /// - Parameters:
  ///   - process: The process; nil once it has ended.
  ///   - isFollowed: Whether the probe was preloaded into its children too.
  /// - Returns: Nil for a program that has ended so soon that nobody could look.
  func reason(ofRunning process: Int32?, isFollowed: Bool) -> String? {
    let ownCall = "; a call of AsyncMonitor.expose() in it works"
    if let certainty {
      return "\(name) is not watched: \(certainty)"
        + (certainty.hasPrefix("ASYNCTOP") ? "" : ownCall)
    }
    let hasTasks = process.flatMap { ProcessFiles.maps("libswift_Concurrency", in: $0) }
    let hasProbe = process.flatMap { ProcessFiles.maps("asynctop-probe", in: $0) }
    if hasProbe == false {
      return "\(name) is not watched: its loader has not loaded the probe, as for programs with"
        + " capabilities" + ownCall
    }
    if hasTasks == nil && image?.importsTasks == true { return nil }
    if hasTasks == true {
      return "\(name) is not watched: the probe could not start in it, for want of memory or"
        + " descriptors, or the Swift runtime was loaded after the start" + ownCall
    }
    if image?.isSwift == true {
      return "\(name) is not watched: the Swift runtime is part of its file (-static-stdlib), where"
        + " a preloaded probe does not find it" + ownCall
    }
    return "\(name) is not watched: it does not use Swift's tasks"
      + (isFollowed
        ? ", nor does what it has started" : "; if it starts a program that does, say --follow")
  }
}

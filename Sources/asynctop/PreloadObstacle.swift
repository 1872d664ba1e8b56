import AsyncTopLinux
import AsyncTopSymbols
import AsyncTopTerminal

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

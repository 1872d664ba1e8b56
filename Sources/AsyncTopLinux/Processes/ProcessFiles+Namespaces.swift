/// Processes that have other process ids and another clock than this one: in containers.
extension ProcessFiles {
  /// How far the clocks of a time namespace are ahead of the machine's, in nanoseconds;
  /// time_namespaces(7).
  public struct ClockOffsets: Hashable, Sendable {
    /// That of `CLOCK_MONOTONIC`.
    public var monotonic: Int64 = 0
    /// That of `CLOCK_BOOTTIME`, by which the kernel tells when a process started.
    public var sinceBoot: Int64 = 0

    /// Those of the machine.
    public init() {}
  }

  /// The id that a process has for itself, in the innermost process-id namespace that it is in.
  ///
  /// - Returns: The id it has here where the kernel tells nothing of namespaces; nil if the process
  ///   is gone.
  public static func innermostID(of process: Int32) -> Int32? {
    let text = kernelText("/proc/\(process)/status", limit: 16_384)
    guard !text.isEmpty else { return nil }
    let ids = lines(of: text).lazy.compactMap { field("NSpid:", of: $0) }.first
    return ids?.split { $0 == "\t" || $0 == " " }.last.flatMap { Int32($0) } ?? process
  }

  /// The id in `/proc` of a process that this one knows by an id, such as a child.
  ///
  /// They differ where `/proc` was mounted in another namespace than this process is in.
  ///
  /// - Returns: Nil if it is not seen there.
  public static func entry(of process: Int32) -> Int32? {
    guard let own = ownEntry else { return nil }
    if own == ownProcess { return process }
    let namespace = linkTarget("/proc/self/ns/pid")
    return processes().first {
      innermostID(of: $0) == process && linkTarget("/proc/\($0)/ns/pid") == namespace
    }
  }

  /// How far the clocks that this process reads are ahead of the machine's.
  public static var ownClockOffsets: ClockOffsets { clockOffsets(in: "/proc/self") ?? .init() }

  /// How far the clocks that a process reads are ahead of the machine's.
  ///
  /// - Returns: Nil if that can't be told: the process is gone or another user's.
  public static func clockOffsets(of process: Int32) -> ClockOffsets? {
    clockOffsets(in: "/proc/\(process)")
  }

  private static func clockOffsets(in folder: String) -> ClockOffsets? {
    guard let own = linkTarget("\(folder)/ns/time") else {
      // Before Linux 5.6 there is one clock for all; and a process that is gone has none.
      return linkTarget("/proc/self/ns/time") == nil ? ClockOffsets() : nil
    }
    // The kernel tells them of the namespace that a process's children will be in.
    if own == linkTarget("\(folder)/ns/time_for_children") { return written(in: folder) }
    let others = ["self"] + processes().map(String.init)
    let other = others.lazy.map { "/proc/\($0)" }.first {
      linkTarget("\($0)/ns/time_for_children") == own
    }
    return other.flatMap { written(in: $0) }
  }

  private static func written(in folder: String) -> ClockOffsets? {
    let text = kernelText("\(folder)/timens_offsets")
    guard !text.isEmpty else { return nil }
    var offsets = ClockOffsets()
    for line in lines(of: text) {
      let words = line.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
      guard words.count == 3, let seconds = Int64(words[1]), let rest = Int64(words[2]) else {
        continue
      }
      let (whole, isTooLarge) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
      guard !isTooLarge else { continue }
      switch words[0] {
      case "monotonic", "1": offsets.monotonic = whole &+ rest
      case "boottime", "7": offsets.sinceBoot = whole &+ rest
      default: break
      }
    }
    return offsets
  }
}

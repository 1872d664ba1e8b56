import Foundation

/// Records a process to nowhere.
///
/// It shares its processor with a load generator, so it yields to that.
public struct Recorder {
  /// It ended without having begun.
  public struct Failure: Error, CustomStringConvertible {
    public let description: String
  }

  private let process: Process
  private let errors = Pipe()

  /// Returns once it has begun.
  public init(_ id: Int32) throws {
    process = Program.pinned(
      to: Program.other, ["nice", Program.sibling("asynctop"), "record", String(id), "-o", "-"])
    let output = Pipe()
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    guard !output.fileHandleForReading.availableData.isEmpty else {
      let said = errors.fileHandleForReading.readDataToEndOfFile()
      throw Failure(description: "it can't be recorded: \(String(decoding: said, as: UTF8.self))")
    }
    Thread.detachNewThread { while !output.fileHandleForReading.availableData.isEmpty {} }
  }

  public var isRunning: Bool { process.isRunning }

  /// Ends it, and returns what share of the events was lost because it didn't keep up.
  public func end() -> Double {
    process.terminate()
    process.waitUntilExit()
    let data = errors.fileHandleForReading.readDataToEndOfFile()
    // "recorded 45442 events in 249285 bytes, 12 were lost"
    let words = String(decoding: data, as: UTF8.self).split(separator: " ")
    func number(before word: Substring) -> Double {
      let place = words.firstIndex(of: word) ?? 0
      return place > 0 ? Double(words[place - 1]) ?? 0 : 0
    }
    let (kept, lost) = (number(before: "events"), number(before: "were"))
    return lost > 0 ? lost / (kept + lost) : 0
  }
}

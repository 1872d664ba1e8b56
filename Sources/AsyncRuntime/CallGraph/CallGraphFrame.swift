import AsyncTopBus

/// One place in a task's stack.
public struct CallGraphFrame: Hashable, Sendable, CustomStringConvertible {
  /// What the task does there.
  public enum Kind: Sendable {
    /// It runs there.
    case runs
    /// It waits there.
    case waits
    /// It was created there.
    case created
  }

  /// What the task does there.
  public let kind: Kind
  /// The file, as `#fileID` is.
  public let file: String
  /// The line.
  public let line: UInt32
  /// The function around it; empty if it is not known.
  public let function: String

  /// For people, as in `formatCallGraph`.
  public var description: String {
    let place = "File \"\(file)\", line \(line)"
    switch kind {
    case .runs, .waits: return place + (function.isEmpty ? "" : ", in async \(function)")
    case .created: return place + ", created" + (function.isEmpty ? "" : " in \(function)")
    }
  }
}

extension CallGraphFrame {
  init(_ kind: Kind, _ place: Place) {
    self.init(kind: kind, file: place.file, line: place.line, function: place.function)
  }
}

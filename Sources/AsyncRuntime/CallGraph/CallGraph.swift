import AsyncTopBus

/// Where a task or future stands, and who waits for it, and who for them: what asyncio's
/// `FutureCallGraph` is.
///
/// A copy of a moment. Of a suspended task Swift keeps no stack that can be read as source; what is
/// known is where the task waits and where it was created, both only while the probe is on. The
/// stacks of compiled code are in asynctop.
public struct CallGraph: Sendable, CustomStringConvertible {
  /// What it is about.
  public enum Subject: Hashable, Sendable {
    /// A task, by its name and id.
    case task(name: String, id: UInt64)
    /// A future, by its address.
    case future(address: UInt64)
  }

  /// Why nothing is said of it again.
  public enum Repetition: Sendable {
    /// It stands somewhere above already.
    case shownAbove
    /// It waits, in the end, for itself: a deadlock.
    case closesCircle
    /// There are more than `depthLimit` above it.
    case tooDeep
  }

  /// The most that stand above each other; of what is deeper only the first is named.
  public static let depthLimit = 200

  /// What it is about.
  public let subject: Subject
  /// What it waits for, in words; nil if it is a future, or runs or is about to.
  public let waitsFor: String?
  /// Where it stands, the innermost first.
  public let callStack: [CallGraphFrame]
  /// The tasks that wait for it, oldest first.
  public let awaitedBy: [CallGraph]
  /// Why its stack and who waits for it are left out; nil if they are not.
  public let repetition: Repetition?

  /// The text that `formatCallGraph` returns.
  public var description: String { lines(indentation: "").joined(separator: "\n") }

  private func lines(indentation: String) -> [String] {
    var lines = [indentation + "* " + title]
    if !callStack.isEmpty {
      lines.append(indentation + "  + Call stack:")
      lines += callStack.map { indentation + "  |   \($0)" }
    }
    if !awaitedBy.isEmpty {
      lines.append(indentation + "  + Awaited by:")
      lines += awaitedBy.flatMap { $0.lines(indentation: indentation + "    ") }
    }
    return lines
  }

  private var title: String {
    let name =
      switch subject {
      case .task(let name, let id): "Task(name: \"\(name)\", id: \(id))"
      case .future(let address): "Future(id: 0x\(String(address, radix: 16)))"
      }
    switch repetition {
    case nil: return name + (waitsFor.map { ", waits for \($0)" } ?? "")
    case .shownAbove: return name + ", see above"
    case .closesCircle: return name + ", see above: they wait for each other"
    case .tooDeep: return name + " …"
    }
  }
}

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
  init(_ kind: Kind, _ place: SourceLocation) {
    self.init(kind: kind, file: place.file, line: place.line, function: place.function)
  }
}

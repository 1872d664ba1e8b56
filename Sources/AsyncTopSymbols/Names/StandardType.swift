/// The types that mangled names have a letter for.
struct StandardType {
  let name: String
  let isProtocol: Bool

  /// Those behind `S`.
  static let library = table(
    types: [
      "A": "AutoreleasingUnsafeMutablePointer", "a": "Array", "b": "Bool", "D": "Dictionary",
      "d": "Double", "f": "Float", "h": "Set", "I": "DefaultIndices", "i": "Int",
      "J": "Character", "N": "ClosedRange", "n": "Range", "O": "ObjectIdentifier",
      "P": "UnsafePointer", "p": "UnsafeMutablePointer", "q": "Optional",
      "R": "UnsafeBufferPointer", "r": "UnsafeMutableBufferPointer", "S": "String",
      "s": "Substring", "u": "UInt", "V": "UnsafeRawPointer", "v": "UnsafeMutableRawPointer",
      "W": "UnsafeRawBufferPointer", "w": "UnsafeMutableRawBufferPointer",
    ],
    protocols: [
      "B": "BinaryFloatingPoint", "E": "Encodable", "e": "Decodable", "F": "FloatingPoint",
      "G": "RandomNumberGenerator", "H": "Hashable", "j": "Numeric",
      "K": "BidirectionalCollection", "k": "RandomAccessCollection", "L": "Comparable",
      "l": "Collection", "M": "MutableCollection", "m": "RangeReplaceableCollection",
      "Q": "Equatable", "T": "Sequence", "t": "IteratorProtocol", "U": "UnsignedInteger",
      "X": "RangeExpression", "x": "Strideable", "Y": "RawRepresentable", "y": "StringProtocol",
      "Z": "SignedInteger", "z": "BinaryInteger",
    ])

  /// Those behind `Sc`.
  static let concurrency = table(
    types: [
      "C": "CheckedContinuation", "c": "UnsafeContinuation", "E": "CancellationError",
      "e": "UnownedSerialExecutor", "G": "TaskGroup", "g": "ThrowingTaskGroup",
      "J": "UnownedJob", "M": "MainActor", "P": "TaskPriority", "S": "AsyncStream",
      "s": "AsyncThrowingStream", "T": "Task", "t": "UnsafeCurrentTask",
    ],
    protocols: [
      "A": "Actor", "F": "Executor", "f": "SerialExecutor", "h": "TaskExecutor",
      "I": "AsyncIteratorProtocol", "i": "AsyncSequence",
    ])

  private static func table(
    types: [Character: String], protocols: [Character: String]
  ) -> [Character: StandardType] {
    types.mapValues { StandardType(name: $0, isProtocol: false) }
      .merging(protocols.mapValues { StandardType(name: $0, isProtocol: true) }) { $1 }
  }
}

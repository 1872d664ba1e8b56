extension MangledNameParser {
  /// Reads an operator that makes a type.
  mutating func readType(_ letter: UInt8) -> MangledNode? {
    switch Character(Unicode.Scalar(letter)) {
    case "B": return readBuiltin()
    case "C", "O", "V", "a": return readNominal(isProtocol: false)
    case "P": return readNominal(isProtocol: true)
    case "D":
      guard let type = popType() else { return nil }
      _ = popLabels(of: type)
      return .about(type, isThunk: false)
    case "G": return readBoundGeneric()
    case "I": return readLoweredFunction()
    case "Q": return readArchetype()
    case "X": return readSpecialType()
    case "c": return popFunctionType()
    case "h", "m", "n", "z": return popType().map { _ in .type }
    case "p": return popList({ $0.popProtocol() != nil }).map { _ in .type }
    case "q": return readGenericParameter() ? .type : nil
    case "t": return readTuple()
    case "u":
      guard popSignature() != nil else { return nil }
      return popType()
    case "x": return .type
    case "$": return skip("n") || following != nil ? readIndex().map { _ in .type } : nil
    default: return nil
    }
  }

  // MARK: Nominal types

  func nominal(_ context: MangledNode, _ name: String, isProtocol: Bool) -> MangledNode {
    var type = MangledNode(.type, context.member(name), module: context.module)
    type.isNominal = true
    type.isProtocol = isProtocol
    return type
  }

  private mutating func readNominal(isProtocol: Bool) -> MangledNode? {
    guard let name = popName(), let context = popContext() else { return nil }
    return addSubstitution(nominal(context, name.text, isProtocol: isProtocol))
  }

  private mutating func readBoundGeneric() -> MangledNode? {
    guard popGenericArguments(), let type = popType(), type.isNominal else { return nil }
    return addSubstitution(type)
  }

  mutating func readExtension() -> MangledNode? {
    _ = popSignature()
    guard let module = popModule(), let type = popType(), type.isNominal else { return nil }
    return MangledNode(.entity, type.text, module: module.module)
  }

  mutating func readStandardSubstitution() -> MangledNode? {
    if skip("o") { return MangledNode(.module, module: "__C") }
    if skip("C") { return MangledNode(.module, module: "__C_Synthesized") }
    let swift = MangledNode(.module, module: "Swift")
    if skip("g") {
      guard popType() != nil else { return nil }
      return addSubstitution(nominal(swift, "Optional", isProtocol: false))
    }
    let count = readNumber()
    let table = skip("c") ? StandardType.concurrency : StandardType.library
    guard let letter = next(), let type = table[Character(Unicode.Scalar(letter))] else {
      return nil
    }
    return repeated(nominal(swift, type.name, isProtocol: type.isProtocol), count ?? 1)
  }

  // MARK: Functions and tuples

  mutating func popFunctionType() -> MangledNode? {
    // In the order in which they come off the stack.
    for annotation in MangledNode.Annotation.allCases.reversed() {
      _ = pop { if case .annotation(annotation) = $0.kind { true } else { false } }
    }
    let count: Int
    if popEmptyList() {
      count = 0
    } else {
      guard let parameters = popType() else { return nil }
      count = parameters.elementCount ?? 1
    }
    if !popEmptyList(), popType() == nil { return nil }
    var type = MangledNode.type
    type.parameterCount = count
    return type
  }

  /// The labels of a function's parameters, `(_:by:)`; nil if they are missing.
  mutating func popLabels(of type: MangledNode) -> String? {
    let count = type.parameterCount ?? 0
    if popEmptyList() { return "(\(String(repeating: "_:", count: count)))" }
    var labels: [String] = []
    for _ in 0..<count {
      if popFirstMark() {
        labels.append("_:")
      } else if let label = popIdentifier() {
        labels.append(label.text + ":")
      } else {
        return nil
      }
    }
    return "(\(labels.reversed().joined()))"
  }

  private mutating func readTuple() -> MangledNode? {
    let count = popList { parser in
      _ = parser.pop { if case .variadicMark = $0.kind { true } else { false } }
      _ = parser.popIdentifier()
      return parser.popType() != nil
    }
    guard let count else { return nil }
    var type = MangledNode.type
    type.elementCount = count
    return type
  }

  mutating func readAnnotation() -> MangledNode? {
    guard let letter = next() else { return nil }
    switch Character(Unicode.Scalar(letter)) {
    case "a": return MangledNode(.annotation(.async))
    case "b": return MangledNode(.annotation(.concurrent))
    case "c": return popType().map { _ in MangledNode(.annotation(.isolation)) }
    case "A", "C": return MangledNode(.annotation(.isolation))
    case "K": return popType().map { _ in MangledNode(.annotation(.throwing)) }
    case "T": return MangledNode(.annotation(.sendingResult))
    case "j": return skip(anyOf: "frdl") ? MangledNode(.annotation(.differentiable)) : nil
    case "i", "k", "t", "u", "g": return popType()
    default: return nil
    }
  }

  /// Reads a function type as the optimizer has it: letters for how values are handed over, and a
  /// type for each.
  private mutating func readLoweredFunction() -> MangledNode? {
    if skip("s") { guard popGenericArguments(), popSignature() != nil else { return nil } }
    if skip("I") { guard popGenericArguments() else { return nil } }
    if popSignature() != nil { _ = skip("P") }
    for letter: Unicode.Scalar in ["e", "A"] { _ = skip(letter) }
    _ = skip(anyOf: "dlfr")
    guard skip(anyOf: "ygxt") else { return nil }
    if skip("z") {
      if skip(anyOf: "BC") { guard skipCounted() else { return nil } } else { stepBack() }
    } else {
      _ = skip(anyOf: "BCMOKW")
    }
    _ = skip(anyOf: "AIG")
    for letter: Unicode.Scalar in ["h", "H", "T"] { _ = skip(letter) }
    var count = 0
    while skip(anyOf: "iclbnXxgeyvpm") {
      while skip(anyOf: "wTIL") {}
      count += 1
    }
    while skip(anyOf: "roduaklgm") {
      _ = skip("w")
      count += 1
    }
    while skip("Y") {
      guard skip(anyOf: "iclbnXxgeyvpm") else { return nil }
      _ = skip("w")
      count += 1
    }
    if skip("z") {
      guard skip(anyOf: "roduak") else { return nil }
      _ = skip("w")
      count += 1
    }
    guard skip("_") else { return nil }
    for _ in 0..<count { guard popType() != nil else { return nil } }
    return .type
  }

  // MARK: Other types

  private mutating func readBuiltin() -> MangledNode? {
    guard let letter = next() else { return nil }
    switch Character(Unicode.Scalar(letter)) {
    case "f", "i": guard readIndex() != nil else { return nil }
    case "v": guard readIndex() != nil, popType() != nil else { return nil }
    case "V": guard popType() != nil, popType() != nil else { return nil }
    case "b", "B", "e", "I", "O", "o", "p", "P", "j", "D", "d", "c", "t", "w", "A", "T": break
    default: return nil
    }
    return .type
  }

  private mutating func readSpecialType() -> MangledNode? {
    guard let letter = next() else { return nil }
    switch Character(Unicode.Scalar(letter)) {
    case "E", "A", "f", "K", "U", "L", "B", "C": return popFunctionType()
    case "z": return skip(anyOf: "BC") && skipCounted() ? popFunctionType() : nil
    case "o", "u", "w", "b", "D", "p": return popType().map { _ in .type }
    case "M", "m": return skip(anyOf: "tTo") ? popType().map { _ in .type } : nil
    case "P":
      let requirements = popList {
        $0.pop { if case .requirement = $0.kind { true } else { false } } != nil
      }
      return requirements == nil ? nil : popType().map { _ in .type }
    case "c":
      guard popType() != nil else { return nil }
      return popList({ $0.popProtocol() != nil }).map { _ in .type }
    case "l": return popList({ $0.popProtocol() != nil }).map { _ in .type }
    case "X":
      guard popSignature() != nil, popList({ $0.popType() != nil }) != nil else { return nil }
      return popList({ $0.popType() != nil }).map { _ in .type }
    case "x": return popList({ $0.popType() != nil }).map { _ in .type }
    case "Y": return readNominal(isProtocol: false)
    case "Z":
      guard popList({ $0.popType() != nil }) != nil, popIdentifier() != nil else { return nil }
      return popContext()
    case "e": return .type
    default: return nil
    }
  }

  /// Skips which parameter of which level is meant.
  mutating func readGenericParameter() -> Bool {
    if skip("d") { return readIndex() != nil && readIndex() != nil }
    return skip("z") || skip("s") || readIndex() != nil
  }

  private mutating func readArchetype() -> MangledNode? {
    guard let letter = next() else { return nil }
    switch Character(Unicode.Scalar(letter)) {
    case "a":
      guard popIdentifier() != nil, popType() != nil else { return nil }
      return addSubstitution(.type)
    case "O": return popContext()
    case "o":
      guard readIndex() != nil, popGenericArguments(), pop() != nil else { return nil }
      return addSubstitution(.type)
    case "r": return .type
    case "R": return readIndex().map { _ in .type }
    case "x": return addSubstitution(readMemberType(hasBase: false))
    case "X": return addSubstitution(readMemberTypes(hasBase: false))
    case "y": return readGenericParameter() ? addSubstitution(readMemberType(hasBase: true)) : nil
    case "Y": return readGenericParameter() ? addSubstitution(readMemberTypes(hasBase: true)) : nil
    case "z": return addSubstitution(readMemberType(hasBase: true))
    case "Z": return addSubstitution(readMemberTypes(hasBase: true))
    case "p": return popType() != nil && popType() != nil ? .type : nil
    case "e": return popType() != nil && readIndex() != nil ? .type : nil
    case "P": return popList({ $0.popType() != nil }).map { _ in .type }
    case "S": return skip(anyOf: "di") ? popList({ $0.popType() != nil }).map { _ in .type } : nil
    default: return nil
    }
  }

  mutating func popMemberName() -> Bool {
    if let type = popType(), !type.isProtocol { return false }
    return popIdentifier() != nil
  }

  /// An associated type of a type, which waits on the stack unless it `hasBase`.
  mutating func readMemberType(hasBase: Bool) -> MangledNode? {
    guard popMemberName() else { return nil }
    return hasBase || popType() != nil ? .type : nil
  }

  /// An associated type of an associated type and so on.
  mutating func readMemberTypes(hasBase: Bool) -> MangledNode? {
    guard popMemberPath() else { return nil }
    return hasBase || popType() != nil ? .type : nil
  }

  mutating func popMemberPath() -> Bool {
    var isFirst = false
    while !isFirst {
      isFirst = popFirstMark()
      guard popMemberName() else { return false }
    }
    return true
  }
}

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

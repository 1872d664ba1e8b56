extension MangledNameParser {
  /// Reads what the compiler has made of a function, or made up.
  mutating func readThunk() -> MangledNode? {
    guard let letter = next() else { return nil }
    switch Character(Unicode.Scalar(letter)) {
    case "c", "j", "S": return thunk(popEntity())
    case "q": return popEntity()
    case "o", "O", "D", "d", "F", "m", "X", "x", "I", "u": return MangledNode(.attribute)
    case "E", "a", "A": return MangledNode(.attribute, isThunk: true)
    case "Y", "Q": return readIndex().map { _ in MangledNode(.attribute) }
    case "V":
      guard popEntity() != nil else { return nil }
      return thunk(popEntity())
    case "W":
      guard let entity = popEntity(), popProtocolConformance() != nil else { return nil }
      return thunk(entity)
    case "R", "r", "y":
      _ = popSignature()
      if letter == UInt8(ascii: "y"), popType() == nil { return nil }
      guard popType() != nil, popType() != nil else { return nil }
      return reabstraction
    case "U":
      guard popType() != nil, pop() != nil else { return nil }
      return reabstraction
    case "g", "G", "B", "s", "i":
      guard readSpecialization(), popList({ $0.popType() != nil }) != nil else { return nil }
      return MangledNode(.attribute)
    case "t":
      _ = readNumber()
      while skip("t") { _ = readNumber() }
      guard skip(anyOf: "gGB"), readSpecialization(), popList({ $0.popType() != nil }) != nil
      else { return nil }
      return MangledNode(.attribute)
    case "p", "P":
      guard readSpecialization(), popType() != nil else { return nil }
      return MangledNode(.attribute)
    case "f": return readFunctionSpecialization() ? MangledNode(.attribute) : nil
    case "K", "k": return readKeyPathAccess()
    case "v": return readIndex() != nil && next() != nil ? MangledNode(.attribute) : nil
    case "e": return skip(anyOf: "opam") ? readBridgedParameters() : nil
    case "z", "Z":
      guard readIndex() != nil else { return nil }
      _ = popSignature()
      guard popType() != nil, popType() != nil else { return nil }
      return MangledNode(.entity, "completion handler", isThunk: true)
    case "w": return skip(anyOf: "bBScdD") ? MangledNode(.attribute, isThunk: true) : nil
    default: return nil
    }
  }

  private var reabstraction: MangledNode {
    MangledNode(.entity, "reabstraction thunk", isThunk: true)
  }

  private func thunk(_ entity: MangledNode?) -> MangledNode? {
    guard var entity else { return nil }
    entity.isThunk = true
    return entity
  }

  private mutating func readSpecialization() -> Bool {
    while skip(anyOf: "mqar") {}
    return skip(anyOf: "0123456789")
  }

  private mutating func readBridgedParameters() -> MangledNode? {
    while !skip("_") { guard skip(anyOf: "nbg") else { return nil } }
    return MangledNode(.attribute, isThunk: true)
  }

  /// The accessor of a key path: a declaration, perhaps with a signature, and types.
  private mutating func readKeyPathAccess() -> MangledNode? {
    _ = skip("q")
    guard popType() != nil else { return nil }
    while popType() != nil {}
    _ = popSignature()
    return popEntity()
  }

  /// Reads how the optimizer has changed the parameters of a function.
  private mutating func readFunctionSpecialization() -> Bool {
    guard readSpecialization() else { return false }
    var names: [(hasName: Bool, hasTypes: Bool)] = []
    while !skip("_") {
      guard let parameter = readSpecializedParameter() else { return false }
      names.append(parameter)
    }
    if !skip("n") {
      guard let result = readSpecializedParameter(), !result.hasName else { return false }
    }
    for parameter in names.reversed() {
      if parameter.hasName {
        if parameter.hasTypes { while popType() != nil {} }
        guard popIdentifier() != nil else { return false }
      } else if parameter.hasTypes {
        guard popType() != nil else { return false }
      }
    }
    return true
  }

  /// Whether a name, and types, of a parameter wait on the stack.
  private mutating func readSpecializedParameter() -> (hasName: Bool, hasTypes: Bool)? {
    guard let letter = next() else { return nil }
    switch Character(Unicode.Scalar(letter)) {
    case "n", "x", "i", "s", "r": return (false, false)
    case "c": return (true, true)
    case "e", "d", "g", "o":
      while skip(anyOf: "DGOX") {}
      return (false, false)
    case "C": return readIndex().map { _ in (false, false) }
    case "p":
      guard let kind = next().map({ Character(Unicode.Scalar($0)) }) else { return nil }
      switch kind {
      case "f", "g": return (true, false)
      case "k": return (true, true)
      case "s": return skip(anyOf: "bwc") ? (true, false) : nil
      case "i", "d": return readNumber().map { _ in (false, false) }
      case "S":  // a structure of one number, as `Int` is
        guard skip(anyOf: "id") else { return nil }
        return readNumber().map { _ in (false, true) }
      default: return nil
      }
    default: return nil
    }
  }

  // MARK: Metadata and witnesses

  mutating func readMetadata() -> MangledNode? {
    guard let letter = next() else { return nil }
    switch Character(Unicode.Scalar(letter)) {
    case "a", "b": return .about(popType(), isThunk: true)
    case "A", "c": return .about(popProtocolConformance(), isThunk: false)
    case "p", "S": return .about(popProtocol(), isThunk: false)
    case "g", "h": return .about(pop(), isThunk: true)
    case "V": return popEntity()
    case "B", "C", "D", "f", "F", "i", "I", "l", "L", "m", "M", "n", "N", "o", "P", "r", "s", "t",
      "u", "U", "z":
      return .about(popType(), isThunk: false)
    case "j", "J", "k", "K", "q", "Q": return .about(pop(), isThunk: false)
    default: return nil
    }
  }

  mutating func readWitness() -> MangledNode? {
    guard let letter = next() else { return nil }
    switch Character(Unicode.Scalar(letter)) {
    case "C": return popEntity()
    case "V": return .about(popType(), isThunk: true)
    case "v": return skip(anyOf: "di") ? popEntity() : nil
    case "S": return .about(popProtocol(), isThunk: true)
    case "P", "p", "G", "I", "r", "a": return .about(popProtocolConformance(), isThunk: true)
    case "l", "L":
      guard popProtocolConformance() != nil else { return nil }
      return .about(popType(), isThunk: true)
    case "t":
      guard popName() != nil else { return nil }
      return .about(popProtocolConformance(), isThunk: true)
    case "T":
      guard popType() != nil, popMemberPath() else { return nil }
      return .about(popProtocolConformance(), isThunk: true)
    case "b":
      guard popType() != nil else { return nil }
      return .about(popProtocolConformance(), isThunk: true)
    case "O":
      guard let kind = next(), "yersbcdfhBCDFHgij".utf8.contains(kind) else { return nil }
      if "ij".utf8.contains(kind), readIndex() == nil { return nil }
      _ = popSignature()
      return .about(popType(), isThunk: true)
    case "Z", "z": return readGlobals()
    default: return nil
    }
  }

  /// The function that gives global variables their first values.
  private mutating func readGlobals() -> MangledNode? {
    var names: [String] = []
    while popFirstMark() {
      guard let name = popName() else { return nil }
      names.append(name.text)
    }
    guard let context = popContext() else { return nil }
    return MangledNode(
      .entity, context.member(names.reversed().joined(separator: ", ")), module: context.module,
      isFunction: true)
  }

  mutating func readValueWitness() -> MangledNode? {
    guard next() != nil, next() != nil else { return nil }
    return .about(popType(), isThunk: true)
  }
}

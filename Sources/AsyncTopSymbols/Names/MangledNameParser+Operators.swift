extension MangledNameParser {
  /// Reads the next operator, and does what it says with what waits on the stack.
  mutating func readOperator() -> MangledNode? {
    guard let letter = next() else { return nil }
    switch Character(Unicode.Scalar(letter)) {
    case "A": return readSubstitutions()
    case "E": return readExtension()
    case "F": return readFunction()
    case "H": return readConformance()
    case "K": return MangledNode(.annotation(.throwing))
    case "L": return readLocalName()
    case "M": return readMetadata()
    case "N": return .about(popType(), isThunk: false)
    case "R": return readRequirement()
    case "S": return readStandardSubstitution()
    case "T": return readThunk()
    case "W": return readWitness()
    case "Y": return readAnnotation()
    case "Z": return readStatic()
    case "d": return MangledNode(.variadicMark)
    case "f": return readFunctionEntity()
    case "g": return readRetroactiveConformance()
    case "i": return readSubscript()
    case "l": return readSignature(hasCounts: false)
    case "o": return readOperatorName()
    case "r": return readSignature(hasCounts: true)
    case "s": return MangledNode(.module, module: "Swift")
    case "v": return readVariable()
    case "w": return readValueWitness()
    case "y": return MangledNode(.emptyList)
    case "_": return MangledNode(.firstMark)
    case ".":
      skipToEnd()
      return MangledNode(.suffix)
    case "0"..."9":
      stepBack()
      return readIdentifier()
    default: return readType(letter)
    }
  }

  // MARK: Names

  /// Reads what makes an identifier private, or local to a function.
  private mutating func readLocalName() -> MangledNode? {
    if skip("L") {
      guard popIdentifier() != nil, let name = popName() else { return nil }
      return MangledNode(.privateName, name.text)
    }
    if skip("l") { return popIdentifier().map { MangledNode(.privateName, $0.text) } }
    if let letter = following, (UInt8(ascii: "a")...UInt8(ascii: "j")).contains(letter | 0x20) {
      position += 1
      return pop().map { MangledNode(.declarationName, $0.text) }
    }
    guard readIndex() != nil, let name = popName() else { return nil }
    return MangledNode(.declarationName, name.text)
  }

  /// Reads the name of an operator, whose characters are letters of the identifier.
  private mutating func readOperatorName() -> MangledNode? {
    let characters = Array("& @/= >    <*!|+?%-~   ^ .".utf8)
    guard let name = popIdentifier(), skip(anyOf: "ipP") else { return nil }
    var text: [UInt8] = []
    for byte in name.text.utf8 {
      guard byte < 0x80 else {
        text.append(byte)
        continue
      }
      guard byte >= UInt8(ascii: "a"), byte <= UInt8(ascii: "z"),
        case let character = characters[Int(byte - UInt8(ascii: "a"))],
        character != UInt8(ascii: " ")
      else { return nil }
      text.append(character)
    }
    return MangledNode(.declarationName, String(decoding: text, as: UTF8.self))
  }

  // MARK: Generic signatures

  private mutating func readSignature(hasCounts: Bool) -> MangledNode? {
    while hasCounts, !skip("l") {
      if skip("z") { continue }
      guard readIndex() != nil else { return nil }
    }
    while pop(where: { if case .requirement = $0.kind { true } else { false } }) != nil {}
    return MangledNode(.genericSignature)
  }

  private mutating func readRequirement() -> MangledNode? {
    guard let letter = following else { return nil }
    let known = "vVcCbBtTsSmMlLpPQhiIjJ"
    let constraint = known.utf8.contains(letter) ? letter : 0
    if constraint != 0 { position += 1 }
    let kind = Character(Unicode.Scalar(constraint))
    if "iIjJ".contains(kind), readIndex() == nil { return nil }
    switch kind {
    case "c", "t", "m", "p", "j":
      guard readGenericParameter(), addSubstitution(readMemberType(hasBase: true)) != nil else {
        return nil
      }
    case "C", "T", "M", "P", "J":
      guard readGenericParameter(), addSubstitution(readMemberTypes(hasBase: true)) != nil else {
        return nil
      }
    case "B", "S", "L", "Q", "I":
      guard popType() != nil else { return nil }
    default:
      guard readGenericParameter() else { return nil }
    }
    switch kind {
    case "v", "i", "I", "j", "J": break
    case "b", "B", "c", "C", "s", "S", "t", "T", "h", "V":
      guard popType() != nil else { return nil }
    case "l", "L", "m", "M":
      guard readLayout() else { return nil }
    default:
      guard popProtocol() != nil else { return nil }
    }
    return MangledNode(.requirement)
  }

  private mutating func readLayout() -> Bool {
    guard let letter = next() else { return false }
    switch Character(Unicode.Scalar(letter)) {
    case "U", "R", "N", "C", "D", "T", "B": return true
    case "E", "M": return readIndex() != nil && readIndex() != nil
    case "e", "m", "S": return readIndex() != nil
    default: return false
    }
  }

  // MARK: Conformances

  mutating func popProtocol() -> MangledNode? {
    if let type = popType() { return type.isProtocol ? type : nil }
    guard let name = popName(), let context = popContext() else { return nil }
    return MangledNode(.type, context.member(name.text), module: context.module)
  }

  /// A type, a protocol and the module that says that the one conforms to the other.
  mutating func popProtocolConformance() -> MangledNode? {
    _ = popSignature()
    guard popModule() != nil, popProtocol() != nil else { return nil }
    if let type = popType() { return type }
    guard popIdentifier() != nil else { return nil }
    return popType()
  }

  private mutating func popConformance() -> Bool {
    pop { if case .conformance = $0.kind { true } else { false } } != nil
  }

  private mutating func readConformance() -> MangledNode? {
    guard let letter = next() else { return nil }
    switch Character(Unicode.Scalar(letter)) {
    case "P", "p": return popProtocol().map { _ in MangledNode(.conformanceReference) }
    case "C":
      guard popList({ $0.popConformance() }) != nil else { return nil }
      if pop(where: { if case .conformanceReference = $0.kind { true } else { false } }) == nil {
        guard popModule() != nil, popProtocol() != nil else { return nil }
      }
      guard popType() != nil else { return nil }
    case "X":
      guard popList({ $0.popConformance() }) != nil else { return nil }
    case "D":
      guard readIndex() != nil, popProtocol() != nil, popType() != nil else { return nil }
    case "I":
      guard readIndex() != nil, popProtocol() != nil, popConformance() else { return nil }
    case "A":
      guard readIndex() != nil, popProtocol() != nil, popType() != nil, popConformance() else {
        return nil
      }
    case "O":
      guard popType() != nil, popConformance() else { return nil }
    case "F", "a": return MangledNode(.attribute)
    default: return nil
    }
    return MangledNode(.conformance)
  }

  private mutating func readRetroactiveConformance() -> MangledNode? {
    guard readIndex() != nil, popConformance() else { return nil }
    return MangledNode(.retroactiveConformance)
  }
}

extension MangledNameParser {
  mutating func readFunction() -> MangledNode? {
    _ = popSignature()
    guard let type = popFunctionType(), let labels = popLabels(of: type), let name = popName(),
      let context = popContext()
    else { return nil }
    // What the compiler calls for a type that is marked as the main one.
    let text = name.text == "$main" ? "main" : name.text
    return MangledNode(
      .entity, context.member(text + labels), module: context.module, isFunction: true)
  }

  mutating func readStatic() -> MangledNode? {
    guard var entity = popEntity() else { return nil }
    entity.text = "static " + entity.text
    return entity
  }

  /// The name, the labels and the context of something that has a type.
  private mutating func popDeclaration() -> MangledNode? {
    guard let type = popType(), popLabels(of: type) != nil, let name = popName(),
      let context = popContext()
    else { return nil }
    return MangledNode(.entity, context.member(name.text), module: context.module)
  }

  mutating func readVariable() -> MangledNode? {
    popDeclaration().flatMap { readAccessor(of: $0) }
  }

  mutating func readSubscript() -> MangledNode? {
    _ = popPrivateName()
    guard let type = popType(), let labels = popLabels(of: type), let context = popContext() else {
      return nil
    }
    // The declaration itself is a pseudo-accessor.
    let name = following == UInt8(ascii: "p") ? "subscript" + labels : "subscript"
    return readAccessor(of: MangledNode(.entity, context.member(name), module: context.module))
  }

  private mutating func readAccessor(of entity: MangledNode) -> MangledNode? {
    guard let letter = next() else { return nil }
    let name: String?
    switch Character(Unicode.Scalar(letter)) {
    case "p": return entity
    case "m": name = "materializeForSet"
    case "s": name = "setter"
    case "g", "G": name = "getter"
    case "w": name = "willset"
    case "W": name = "didset"
    case "r": name = "read"
    case "M": name = "modify"
    case "y": name = "read2"
    case "x": name = "modify2"
    case "i": name = "init"
    case "a": name = readAddressor("Mutable")
    case "l": name = readAddressor("")
    default: name = nil
    }
    return name.map {
      MangledNode(.entity, "\(entity.text).\($0)", module: entity.module, isFunction: true)
    }
  }

  private mutating func readAddressor(_ middle: String) -> String? {
    guard let letter = next() else { return nil }
    switch Character(Unicode.Scalar(letter)) {
    case "u": return "unsafe\(middle)Addressor"
    case "O": return "owning\(middle)Addressor"
    case "o": return "nativeOwning\(middle)Addressor"
    case "P", "p": return "nativePinning\(middle)Addressor"
    default: return nil
    }
  }

  mutating func readFunctionEntity() -> MangledNode? {
    guard let letter = next() else { return nil }
    switch Character(Unicode.Scalar(letter)) {
    case "D", "d", "Z": return popContext().map { member("deinit", of: $0) }
    case "E": return popContext().map { member("__ivar_destroyer", of: $0) }
    case "e": return popContext().map { member("__ivar_initializer", of: $0) }
    case "i", "P", "W": return popContext()
    case "C", "c":
      _ = popPrivateName()
      guard let type = popType(), let labels = popLabels(of: type) else { return nil }
      return popContext().map { member("init" + labels, of: $0) }
    case "U", "u":
      guard let index = readIndex(), popType() != nil else { return nil }
      let name = letter == UInt8(ascii: "U") ? "closure" : "implicit closure"
      return popContext().map { context in
        MangledNode(
          .entity, "\(name) #\(index + 1) in \(context.text)", module: context.module,
          isFunction: true)
      }
    case "A":
      guard readIndex() != nil else { return nil }
      return popContext().map { context in
        MangledNode(.entity, context.text, module: context.module, isFunction: true)
      }
    case "a":
      guard pop() != nil else { return nil }
      return popContext()
    case "m", "p": return popDeclaration()
    case "M": return readMacroExpansion()
    default: return nil
    }
  }

  private func member(_ name: String, of context: MangledNode) -> MangledNode {
    MangledNode(.entity, context.member(name), module: context.module, isFunction: true)
  }

  /// Reads what a macro has made; it is named after what the macro stands at.
  private mutating func readMacroExpansion() -> MangledNode? {
    guard let letter = next().map({ Character(Unicode.Scalar($0)) }) else { return nil }
    guard "armpcebqfu".contains(letter), let name = popName() else { return nil }
    var subject = name
    if letter == "f" {
      _ = popPrivateName()
    } else if letter != "u" {
      guard let attached = popName() else { return nil }
      subject = attached
    }
    guard let context = popContext(), readIndex() != nil else { return nil }
    return MangledNode(
      .entity, context.member(subject.text), module: context.module, isFunction: true)
  }
}

/// A part of a mangled name that has been read.
///
/// It keeps what a function's name needs, and of types hardly anything. So a name is never longer
/// than what it is made of, however often it repeats its parts.
struct MangledNode: Sendable {
  enum Kind: Sendable {
    case identifier
    case module
    /// The name of a declaration that is more than an identifier: local, or an operator.
    case declarationName
    case privateName
    case type
    /// A function, a variable, an accessor, a closure, a context of types.
    case entity
    case emptyList
    case firstMark
    case variadicMark
    /// What stands behind a function's parameters: `async`, `throws` and so on, in this order.
    case annotation(Annotation)
    case genericSignature
    case requirement
    case conformanceReference
    case conformance
    case retroactiveConformance
    /// What the compiler has made of the function that comes before.
    case attribute
    case suffix
  }

  enum Annotation: CaseIterable, Sendable {
    case async, concurrent, throwing, differentiable, isolation, sendingResult
  }

  let kind: Kind
  /// What a person would say, without the module.
  var text = ""
  /// The module it is in.
  var module: String?
  /// Of a type: that of a nominal type, also with generic arguments.
  var isNominal = false
  /// Of a nominal type: that it is a protocol.
  var isProtocol = false
  /// Of an entity: that what is declared in it is local to it.
  var isFunction = false
  /// Of a tuple: how many elements it has.
  var elementCount: Int?
  /// Of a function type: how many parameters it has.
  var parameterCount: Int?
  /// Whether the compiler made it up to call another function, or to move values about.
  var isThunk = false

  init(
    _ kind: Kind, _ text: String = "", module: String? = nil, isFunction: Bool = false,
    isThunk: Bool = false
  ) {
    self.kind = kind
    self.text = text
    self.module = module
    self.isFunction = isFunction
    self.isThunk = isThunk
  }

  /// A type of which nothing needs to be known.
  static var type: MangledNode { MangledNode(.type) }

  /// An entity that has nothing but the name of a type.
  static func about(_ type: MangledNode?, isThunk: Bool) -> MangledNode? {
    type.map { MangledNode(.entity, $0.text, module: $0.module, isThunk: isThunk) }
  }

  /// Whether it is the name of a declaration.
  var isName: Bool {
    switch kind {
    case .identifier, .declarationName, .privateName: true
    default: false
    }
  }

  var isEntity: Bool {
    switch kind {
    case .entity, .type, .module: true
    default: false
    }
  }

  /// What is declared in this context, with its name.
  func member(_ name: String) -> String {
    if isFunction { return "\(name) in \(text)" }
    return text.isEmpty ? name : "\(text).\(name)"
  }
}

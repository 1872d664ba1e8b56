public import AsyncTopTerminal

/// Which keys do what: the actions' own keys, and what a user has changed of them.
public struct KeyMap: Hashable, Sendable {
  private var keys: [Action: [KeyChord]] = [:]
  private var actions: [ActionScope: [KeyChord: Action]] = [:]

  /// The actions' own keys.
  public static let standard = KeyMap()

  /// Takes the actions' own keys, and others for some.
  ///
  /// A key that is given to an action is taken from the others of its scope.
  ///
  /// - Parameter changes: The keys of actions that shall have other keys, or none.
  public init(changing changes: [Action: [KeyChord]] = [:]) {
    for action in Action.all where changes[action] == nil { bind(action, action.keys) }
    for action in Action.all {
      if let chords = changes[action] { bind(action, chords) }
    }
  }

  private mutating func bind(_ action: Action, _ chords: [KeyChord]) {
    keys[action] = chords
    for chord in chords {
      if let other = actions[action.scope]?.updateValue(action, forKey: chord) {
        keys[other]?.removeAll { $0 == chord }
      } else {
        actions[action.scope, default: [:]][chord] = action
      }
    }
  }

  /// The keys of an action.
  public func keys(for action: Action) -> [KeyChord] { keys[action] ?? [] }

  /// What a key does where these scopes hold; the most special one decides.
  public func action(for chord: KeyChord, in scopes: Set<ActionScope>) -> Action? {
    for scope in scopes.sorted(by: >) {
      if let action = actions[scope]?[chord] { return action }
    }
    return nil
  }
}

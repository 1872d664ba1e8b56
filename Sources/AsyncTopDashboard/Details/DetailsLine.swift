import AsyncTopInsight

/// One line about one thing.
struct DetailsLine {
  /// What is drawn besides the text.
  enum Picture {
    /// Nothing.
    case none
    /// A part of a whole.
    case bar(Double)
    /// Numbers, the latest last.
    case sparkline([Double])
  }

  /// Tells the line from others of the same thing, also in the next snapshot.
  var id: String
  /// What the line is about; a title has no text.
  var name: String
  /// What is known; may hold untrusted text.
  var text: String
  /// How the text is drawn.
  var role: ThemeRole
  /// What the line leads to.
  var target: EntityID?
  var picture: Picture

  var isTitle: Bool { text.isEmpty && !name.isEmpty }

  init(
    _ name: String, _ text: String = "", _ role: ThemeRole = .text, id: String? = nil,
    target: EntityID? = nil, picture: Picture = .none
  ) {
    self.id = id ?? name
    self.name = name
    self.text = text
    self.role = role
    self.target = target
    self.picture = picture
  }
}

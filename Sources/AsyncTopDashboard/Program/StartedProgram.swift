/// What the dashboard needs of a program that was started with it.
public protocol StartedProgram: AnyObject {
  /// Its name and its id, untrusted.
  var title: String { get }
  /// What became of it, for people: that it runs, or how it has ended.
  var status: String { get }
  /// Whether it has ended.
  var hasEnded: Bool { get }
  /// What the user should know of it; nil if nothing.
  var notice: String? { get }
  /// Whether it stands still and waits to be let go.
  var isHeld: Bool { get }
  /// What it has written; nil if that goes elsewhere.
  var output: OutputLines? { get }
  /// Lets it go on.
  func release()
  /// Its terminal has another size.
  func resize(columns: Int, rows: Int)
}

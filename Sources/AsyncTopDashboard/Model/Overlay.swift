/// What lies over the view.
enum Overlay: Hashable {
  /// The help, scrolled by so many rows.
  case help(top: Int)
  /// The columns to sort by, with the one that is selected.
  case sortMenu(index: Int)
}

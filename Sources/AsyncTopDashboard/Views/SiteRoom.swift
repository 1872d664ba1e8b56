/// How much room a list keeps for the sites of its rows.
struct SiteRoom {
  /// The columns that hold most files and lines whole, `TroubleProgram.swift:45`; nil in a list so
  /// narrow that other columns matter more.
  let columns: Int?

  init(width: Int) {
    columns = width < 70 ? nil : 23
  }
}

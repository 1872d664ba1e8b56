import AsyncTopInsight
import AsyncTopTerminal

/// What the details remember.
struct DetailsState: Sendable {
  var selection = ListSelection<String>()
  /// What the lines are about.
  var entity: EntityID?
  var lines: [DetailsLine] = []
  /// Whether the lines are those of another snapshot or thing.
  var isStale = true
}

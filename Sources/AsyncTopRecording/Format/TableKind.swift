import CAsyncTopProbe

/// The tables that events change and keyframes copy.
enum TableKind: UInt8, CaseIterable {
  case tasks = 0
  case groups = 1
  case timers = 2
  case resources = 3
  case loops = 4
  case workers = 5
  /// What the tasks of each site came to. Version 1 of the format has none.
  case sites = 6

  /// The table that an event's slot is in; nil for a mark and for kinds that do not exist.
  @inline(__always)
  init?(of event: EventKind) {
    switch event.rawValue {
    case ..<10: self = .tasks
    case ..<20: self = .groups
    case ..<30: self = .timers
    case ..<40: self = .resources
    case ..<50: self = .loops
    case ..<60: self = .workers
    default: return nil
    }
  }
}

public import AsyncTopBus

extension Insight {
  /// The short text of a site; empty if it is not known.
  public func siteLabel(_ number: UInt32) -> String {
    places.label(number, in: snapshot)
  }

  /// The place of a site; nil if it is not known.
  public func location(_ number: UInt32) -> SourceLocation? {
    places.location(number, in: snapshot)
  }

  /// All places of a site, innermost first.
  public func stack(_ number: UInt32) -> [SourceLocation] {
    places.stack(number, in: snapshot)
  }

  /// The async backtrace of a task when it last suspended; nil if it is not known.
  public func backtrace(of task: TaskRecord) -> ResolvedBacktrace? {
    places.backtrace(task.stack, in: snapshot)
  }

  /// Where a task is: the innermost frame of its async backtrace that is the program's own code.
  ///
  /// Of one that runs, where it last suspended. Where no frame is the program's, the innermost of a
  /// package it depends on; nil if that is not known either.
  public func at(_ task: TaskRecord) -> SourceLocation? {
    let found = backtrace(of: task)?.at
    if task.waitSite != 0, var place = location(task.waitSite) {
      // What a call reports of where it is made may lack the function.
      if place.function.isEmpty, let found, found.short == place.short {
        place.function = found.function
      }
      return place
    }
    if task.stack != 0 { return found }
    // It has not suspended yet.
    return places.body(task.site, in: snapshot)
  }

  /// The short text of where a task is, `Routes.swift:12 list(_:)`; empty if it is not known.
  public func atLabel(_ task: TaskRecord) -> String {
    placeLabels.value(for: placeKey(of: task)) { at(task)?.label ?? "" }
  }

  /// What says where a task is: those for which this is the same are in the same place.
  public func placeKey(of task: TaskRecord) -> UInt64 {
    task.waitSite != 0 || task.stack != 0
      ? 1 << 62 | UInt64(task.waitSite) << 16 | UInt64(task.stackKey)
      : 1 << 61 | UInt64(task.site)
  }

  /// A site as a key that no place has.
  public static func siteKey(_ number: UInt32) -> UInt64 { UInt64(number) }
}

extension TaskRecord {
  /// The number of its async backtrace in 16 bits.
  var stackKey: UInt16 { UInt16(truncatingIfNeeded: stack) | (isScanned ? 0x8000 : 0) }
}

/// What was found out for keys; the last one is asked for again most often.
struct KeyedValues<Value> {
  private var known: [UInt64: Value] = [:]
  private var last: (key: UInt64, value: Value)?

  mutating func value(for key: UInt64, _ find: () -> Value) -> Value {
    if let last, last.key == key { return last.value }
    let value: Value
    if let found = known[key] {
      value = found
    } else {
      value = find()
      known[key] = value
    }
    last = (key, value)
    return value
  }
}

extension SourceLocation {
  /// The file, the line and the function.
  fileprivate var label: String { file.isEmpty ? function : "\(short) \(function)" }
}

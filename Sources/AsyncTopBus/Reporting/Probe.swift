public import CAsyncTopProbe

/// The runtime's way to report what it does to the region, which asynctop reads.
///
/// Swift's native tasks report themselves, through the hooks. What only the runtime knows comes
/// through here: where a task, timer or wait is in the source, what a wait waits for, who holds
/// what. Every call does nothing, at the price of one branch, while the probe is off. Of the
/// calling thread: a call speaks of the task that runs on it.
public enum Probe {
  /// Starts the probe in this process, unless `ASYNCTOP=off`; once, from any thread.
  ///
  /// - Returns: Whether it is on.
  @discardableResult
  public static func start() -> Bool { tp_start() }

  /// Whether it reports.
  @inlinable @inline(__always)
  public static var isOn: Bool { tp_is_on() }

  /// Now, in ticks of the region's clock; 0 while the probe is off.
  @inlinable @inline(__always)
  public static var ticks: UInt64 { isOn ? tp_ticks() : 0 }

  /// The id of the task that runs on this thread; 0 if there is none or the probe is off.
  @inlinable @inline(__always)
  public static var currentTask: UInt64 { tp_current_task() }

  /// The number of a place in the source, stored once; 0 while the probe is off.
  ///
  /// - Parameters:
  ///   - file: `#fileID` of the place.
  ///   - line: `#line` of it.
  ///   - function: `#function` around it, if that is known.
  /// - Returns: Its number.
  @inlinable @inline(__always)
  public static func site(
    _ file: StaticString, _ line: UInt32, _ function: StaticString? = nil
  ) -> UInt32 {
    isOn ? storedSite(file, line, function) : 0
  }

  @usableFromInline
  static func storedSite(
    _ file: StaticString, _ line: UInt32, _ function: StaticString?
  ) -> UInt32 {
    if line == 0 { return 0 }
    return unsafe tp_source_site(
      UnsafeRawPointer(file.utf8Start).assumingMemoryBound(to: CChar.self), line,
      function.flatMap {
        guard $0.hasPointerRepresentation else { return nil }
        return unsafe UnsafeRawPointer($0.utf8Start).assumingMemoryBound(to: CChar.self)
      })
  }

  /// A labelled moment, shown by asynctop and kept in recordings.
  public static func mark(_ label: String) {
    unsafe tp_mark(label)
  }
}

import CAsyncTopProbe

/// A valid event of a recording, and the worker that reported it.
struct DecodedEvent {
  var event: tp_event
  var kind: EventKind
  var worker: UInt16
}

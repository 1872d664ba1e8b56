import AsyncTopBus

/// An address that was turned into a place, as `AddressResolver` is asked.
struct RecordedAddress: Hashable, Sendable {
  var address: UInt64
  var isReturnAddress: Bool

  init(_ address: UInt64, isReturnAddress: Bool) {
    self.address = address
    self.isReturnAddress = isReturnAddress
  }

  /// Reads an address and its place.
  static func read(_ reader: inout PayloadReader) -> (RecordedAddress, Place) {
    let address = reader.varint()
    let flags = reader.byte()
    let line = reader.varint32()
    let function = reader.text(limit: RecordingLimits.placeText)
    let file = reader.text(limit: RecordingLimits.placeText)
    return (
      RecordedAddress(address, isReturnAddress: flags & 1 != 0),
      Place(function: function, file: file, line: line, isRuntime: flags & 2 != 0)
    )
  }

  func write(_ place: Place, to payload: inout PayloadWriter) {
    payload.varint(address)
    payload.byte((isReturnAddress ? 1 : 0) | (place.isRuntime ? 2 : 0))
    payload.varint(UInt64(place.line))
    payload.text(place.function, limit: RecordingLimits.placeText)
    payload.text(place.file, limit: RecordingLimits.placeText)
  }
}

import AsyncTopBus

/// An address that was turned into places, as `AddressResolver` is asked.
///
/// Each place begins with a byte: whether the address is one that a call returns to (1); whether
/// the code is the runtime's (2); whose it is (the next three bits: `CodeOrigin`, 0 in recordings
/// that did not know it yet); and whether the place of the function follows into which this one was
/// put (32).
struct RecordedAddress: Hashable, Sendable {
  private static let isContinued: UInt8 = 32

  var address: UInt64
  var isReturnAddress: Bool

  init(_ address: UInt64, isReturnAddress: Bool) {
    self.address = address
    self.isReturnAddress = isReturnAddress
  }

  /// Reads an address and its places, the innermost first.
  static func read(_ reader: inout PayloadReader) -> (RecordedAddress, [Place]) {
    var places: [Place] = []
    while true {
      let address = reader.varint()
      let flags = reader.byte()
      let line = reader.varint32()
      let function = reader.text(limit: RecordingLimits.placeText)
      let file = reader.text(limit: RecordingLimits.placeText)
      let origin =
        flags >> 2 & 7 == 0 && flags & 2 != 0
        ? CodeOrigin.runtime : CodeOrigin(rawValue: flags >> 2 & 7) ?? .unknown
      places.append(Place(function: function, file: file, line: line, origin: origin))
      if flags & isContinued == 0 || reader.isAtEnd || reader.isDamaged {
        return (RecordedAddress(address, isReturnAddress: flags & 1 != 0), places)
      }
    }
  }

  func write(_ places: [Place], to payload: inout PayloadWriter) {
    for (number, place) in places.enumerated() {
      payload.varint(address)
      payload.byte(
        (isReturnAddress ? 1 : 0) | (place.isRuntime ? 2 : 0) | place.origin.rawValue << 2
          | (number < places.count - 1 ? Self.isContinued : 0))
      payload.varint(UInt64(place.line))
      payload.text(place.function, limit: RecordingLimits.placeText)
      payload.text(place.file, limit: RecordingLimits.placeText)
    }
  }
}

import AsyncTopBus

/// An address that was turned into locations, as `AddressResolver` is asked.
///
/// Each location begins with a byte: whether the address is one that a call returns to (1); whether
/// the code is the runtime's (2); whose it is (the next three bits: `CodeOrigin`, 0 in recordings
/// that did not know it yet); and whether the location of the function follows into which this one
/// was put (32).
struct RecordedAddress: Hashable, Sendable {
  private static let isContinued: UInt8 = 32

  var address: UInt64
  var isReturnAddress: Bool

  init(_ address: UInt64, isReturnAddress: Bool) {
    self.address = address
    self.isReturnAddress = isReturnAddress
  }

  /// Reads an address and its locations, the innermost first.
  static func read(_ reader: inout PayloadReader) -> (RecordedAddress, [SourceLocation]) {
    var locations: [SourceLocation] = []
    while true {
      let address = reader.varint()
      let flags = reader.byte()
      let line = reader.varint32()
      let function = reader.text(limit: RecordingLimits.placeText)
      let file = reader.text(limit: RecordingLimits.placeText)
      let origin =
        flags >> 2 & 7 == 0 && flags & 2 != 0
        ? CodeOrigin.runtime : CodeOrigin(rawValue: flags >> 2 & 7) ?? .unknown
      locations.append(SourceLocation(function: function, file: file, line: line, origin: origin))
      if flags & isContinued == 0 || reader.isAtEnd || reader.isDamaged {
        return (RecordedAddress(address, isReturnAddress: flags & 1 != 0), locations)
      }
    }
  }

  func write(_ locations: [SourceLocation], to payload: inout PayloadWriter) {
    for (number, location) in locations.enumerated() {
      payload.varint(address)
      payload.byte(
        (isReturnAddress ? 1 : 0) | (location.isRuntime ? 2 : 0) | location.origin.rawValue << 2
          | (number < locations.count - 1 ? Self.isContinued : 0))
      payload.varint(UInt64(location.line))
      payload.text(location.function, limit: RecordingLimits.placeText)
      payload.text(location.file, limit: RecordingLimits.placeText)
    }
  }
}

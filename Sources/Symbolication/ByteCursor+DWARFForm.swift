extension ByteCursor {
  /// Reads a value of one of the forms of DWARF 2 to 5 (DWARF 5, table 7.6).
  ///
  /// - Throws: `unsupported` for a form that isn't known, since its length isn't either.
  mutating func readForm(
    _ form: UInt64, is64Bit: Bool, addressSize: UInt8
  ) throws(SymbolicationError) -> DWARFValue {
    switch form {
    case 0x0b, 0x0c, 0x11, 0x25, 0x29: .number(UInt64(try read(UInt8.self)))
    case 0x05, 0x12, 0x26, 0x2a: .number(UInt64(try read(UInt16.self)))
    case 0x06, 0x13, 0x1c, 0x28, 0x2c: .number(UInt64(try read(UInt32.self)))
    case 0x07, 0x14, 0x20, 0x24: .number(try read(UInt64.self))
    case 0x0f, 0x15, 0x1a, 0x1b, 0x22, 0x23: .number(try readULEB())
    case 0x0d: .number(UInt64(bitPattern: try readSLEB()))
    case 0x17, 0x10, 0x1d, 0x1f20, 0x1f21: .number(try readOffset(is64Bit: is64Bit))
    case 0x08: .text(try readString())
    case 0x0e: .string(try readOffset(is64Bit: is64Bit))
    case 0x1f: .lineString(try readOffset(is64Bit: is64Bit))
    case 0x19: .number(1)  // a flag that is there without a byte
    default: try readSkippedForm(form, is64Bit: is64Bit, addressSize: addressSize)
    }
  }

  private mutating func readSkippedForm(
    _ form: UInt64, is64Bit: Bool, addressSize: UInt8
  ) throws(SymbolicationError) -> DWARFValue {
    switch form {
    case 0x01: try skip(UInt64(addressSize))
    case 0x0a: try skip(UInt64(try read(UInt8.self)))
    case 0x03: try skip(UInt64(try read(UInt16.self)))
    case 0x04: try skip(UInt64(try read(UInt32.self)))
    case 0x09, 0x18: try skip(try readULEB())
    case 0x1e: try skip(16)
    case 0x27, 0x2b: try skip(3)
    case 0x16:
      let actual = try readULEB()
      guard actual != form else {
        throw SymbolicationError(.malformed, path: bytes.path, "a DWARF form refers to itself")
      }
      return try readForm(actual, is64Bit: is64Bit, addressSize: addressSize)
    default:
      throw SymbolicationError(
        .unsupported, path: bytes.path, "its debug information uses an unknown form, \(form)")
    }
    return .skipped
  }
}

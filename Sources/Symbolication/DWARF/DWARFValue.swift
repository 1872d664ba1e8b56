/// What an attribute, or an entry of a file table, holds.
enum DWARFValue: Sendable {
  case number(UInt64)
  /// A text that stands where the value stands: its place in that section.
  case text(at: Int)
  /// A place in `.debug_str`.
  case string(UInt64)
  /// A place in `.debug_line_str`.
  case lineString(UInt64)
  /// Which of the unit's places in `.debug_str_offsets`.
  case stringIndex(UInt64)
  case address(UInt64)
  /// Which of the unit's addresses in `.debug_addr`.
  case addressIndex(UInt64)
  /// An entry, by its place in the unit.
  case reference(UInt64)
  /// An entry, by its place in `.debug_info`.
  case globalReference(UInt64)
  /// Which of the unit's lists in `.debug_rnglists`.
  case rangeListIndex(UInt64)
  /// Something this reader has no use for. It was skipped.
  case skipped

  var number: UInt64? {
    if case .number(let value) = self { value } else { nil }
  }
}

/// The types of blocks: four ASCII characters, the first in the low byte.
enum BlockType: UInt32 {
  /// What was recorded: once, first.
  case header = 0x4441_4548  // HEAD
  /// A part of the region's strings.
  case strings = 0x5352_5453  // STRS
  /// A part of the region's sites.
  case sites = 0x4554_4953  // SITE
  /// A part of the region's modules.
  case modules = 0x5344_4f4d  // MODS
  /// A part of the region's async backtraces.
  case stacks = 0x4b43_5453  // STCK
  /// Addresses with the places they stand for.
  case places = 0x4c42_4d53  // SMBL
  /// The clock, and what the app could not list.
  case status = 0x454d_4954  // TIME
  /// Events.
  case events = 0x544e_5645  // EVNT
  /// A part of a copy of the tables.
  case keyframe = 0x4659_454b  // KEYF
  /// A labelled moment.
  case mark = 0x4b52_414d  // MARK
  /// The types, sizes and moments of all blocks before it.
  case index = 0x5844_4e49  // INDX
  /// Where the index is: last.
  case tail = 0x4c49_4154  // TAIL
}

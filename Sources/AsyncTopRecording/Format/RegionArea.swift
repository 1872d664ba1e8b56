import CAsyncTopProbe

/// What a region only appends to: strings, sites, modules, stacks.
enum RegionArea: CaseIterable {
  case strings
  case sites
  case modules
  case stacks

  /// The block that holds a part of it.
  var block: BlockType {
    switch self {
    case .strings: .strings
    case .sites: .sites
    case .modules: .modules
    case .stacks: .stacks
    }
  }

  /// Bytes of an entry.
  var stride: Int {
    switch self {
    case .strings: 1
    case .sites: MemoryLayout<tp_site>.stride
    case .modules: MemoryLayout<tp_module>.stride
    case .stacks: MemoryLayout<tp_stack>.stride
    }
  }

  /// Bytes of an entry in a recording of this version, which come first in those of a later one.
  func stride(inVersion version: UInt32) -> Int {
    self == .modules && version == 1 ? 32 : stride
  }

  /// Where it is in a region.
  func start(in tables: tp_region) -> UnsafeMutableRawPointer {
    switch self {
    case .strings: unsafe UnsafeMutableRawPointer(tables.strings)
    case .sites: unsafe UnsafeMutableRawPointer(tables.sites)
    case .modules: unsafe UnsafeMutableRawPointer(tables.modules)
    case .stacks: unsafe UnsafeMutableRawPointer(tables.stacks)
    }
  }

  /// What a region's header says of it.
  func extent(in header: tp_header) -> tp_area {
    switch self {
    case .strings: header.strings
    case .sites: header.sites
    case .modules: header.modules
    case .stacks: header.stacks
    }
  }

  /// Says in a region's header how much of it is used.
  func setUsed(_ used: UInt32, in header: UnsafeMutablePointer<tp_header>) {
    switch self {
    case .strings: unsafe header.pointee.strings.used = used
    case .sites: unsafe header.pointee.sites.used = used
    case .modules: unsafe header.pointee.modules.used = used
    case .stacks: unsafe header.pointee.stacks.used = used
    }
  }
}

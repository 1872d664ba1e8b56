import CAsyncTopProbe
import AsyncTopBus

/// Turns the addresses of a recording's sites into locations, some at a time, and writes them down,
/// so that the recording shows locations where the app's binaries are not at hand.
final class LocationFollower: AddressResolver {
  private let resolver: any AddressResolver
  private var known: Set<RecordedAddress> = []
  private var next = 1
  private var nextStack: UInt32 = 1
  private var payload = PayloadWriter()

  init(_ resolver: any AddressResolver) {
    self.resolver = resolver
  }

  /// Passes a question on and writes the answer down.
  func location(of address: UInt64, isReturnAddress: Bool) -> SourceLocation? {
    locations(of: address, isReturnAddress: isReturnAddress).outstanding
  }

  /// Passes a question on and writes the answer down.
  func locations(of address: UInt64, isReturnAddress: Bool) -> [SourceLocation] {
    let locations = resolver.locations(of: address, isReturnAddress: isReturnAddress)
    let recorded = RecordedAddress(address, isReturnAddress: isReturnAddress)
    // What isn't known here may be known where the recording is played.
    if !locations.isEmpty, locations.allSatisfy({ $0.problem == nil }),
      known.insert(recorded).inserted
    {
      recorded.write(locations, to: &payload)
    }
    return locations
  }

  /// Resolves the locations of at most so many sites, and stacks, that were not looked at yet.
  func resolve(
    atMost limit: Int, of region: PrivateRegion, _ output: BlockOutput
  ) throws(RecordingError) {
    let used = unsafe Int(region.header.pointee.sites.used)
    let end = min(used, limit < used ? next + limit : used)
    payload.rewind(to: 0)
    while next < end {
      let site = unsafe region.tables.pointee.sites[next]
      next += 1
      let frames = [site.frames.0, site.frames.1, site.frames.2, site.frames.3]
      switch tp_site_kind(site.kind) {
      case TP_SITE_CODE:
        _ = location(of: .code(stack: frames[..<3].filter { $0 != 0 }, body: frames[3]))
      case TP_SITE_RESUME: _ = location(of: .resume(frames.filter { $0 != 0 }))
      default: break
      }
      if payload.count > 1 << 16 { try write(output) }
    }
    try resolveStacks(atMost: limit, of: region, output)
    try write(output)
  }

  private func resolveStacks(
    atMost limit: Int, of region: PrivateRegion, _ output: BlockOutput
  ) throws(RecordingError) {
    let used = unsafe region.header.pointee.stacks.used
    var left = limit
    while left > 0, nextStack < used {
      left -= 1
      let stack = unsafe region.tables.pointee.stacks + Int(nextStack)
      let count = unsafe min(stack.pointee.count, TP_STACK_FRAMES, (used - nextStack) * 8 - 1)
      // Not written yet: the next call finds it.
      guard count > 0 else { return }
      let frames = unsafe UnsafeBufferPointer(start: tp_stack_frames(stack), count: Int(count))
      for frame in unsafe Array(frames) { _ = locations(of: frame, isReturnAddress: false) }
      nextStack += tp_stack_size(count)
      if payload.count > 1 << 16 { try write(output) }
    }
  }

  private func write(_ output: BlockOutput) throws(RecordingError) {
    guard payload.count > 0 else { return }
    try output.write(.places, payload)
    payload.rewind(to: 0)
  }
}

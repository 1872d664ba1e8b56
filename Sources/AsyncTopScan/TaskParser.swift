import AsyncTopLinux

/// Reads tasks out of memory that somebody else changes meanwhile, and trusts nothing in it.
///
/// Rules
/// 1. What does not look like a task in every respect is none.
/// 2. A pointer is followed only if it is aligned and leads into memory that is there; chains end
///    after a number of steps, wherever they lead.
/// 3. What a task waits for, its groups and its backtrace count only if the task looked the same
///    after they were read: see `confirm`.
struct TaskParser<Memory: ScannedMemory> {
  /// What became of an address.
  enum Finding {
    case task(ScannedTask)
    /// There is no task that has not ended.
    case nothing
    /// Its memory is swapped out, or can't be read just now.
    case unreadable
  }

  /// The words that are compared: those that change when a task goes on.
  private static var compared: [Int] {
    [
      RuntimeLayout.TaskWord.metadata, RuntimeLayout.TaskWord.flagsAndID,
      RuntimeLayout.TaskWord.resume, RuntimeLayout.TaskWord.resumeContext,
      RuntimeLayout.TaskWord.status, RuntimeLayout.TaskWord.record, RuntimeLayout.TaskWord.idHigh,
      RuntimeLayout.TaskWord.dependency,
    ]
  }
  /// The most records that are followed at a task's status.
  private static var recordLimit: Int { 64 }
  var pages: MemoryPages<Memory>
  let layout: RuntimeLayout
  let metadata: UInt64
  private var classes: [UInt64: String] = [:]

  init(_ pages: MemoryPages<Memory>, _ layout: RuntimeLayout, metadata: UInt64) {
    self.pages = pages
    self.layout = layout
    self.metadata = metadata
  }

  /// A task with the words that it was read from.
  typealias Image = SIMD32<UInt64>

  /// Reads what is at an address.
  mutating func task(at address: UInt64) -> (finding: Finding, image: Image) {
    guard address % 16 == 0, let image = pages.load(Image.self, at: address) else {
      return (.unreadable, Image())
    }
    guard var task = head(image, at: address) else { return (.nothing, image) }
    let records = records(of: image)
    for record in records {
      switch record[0] & 0xff {
      case RuntimeLayout.RecordKind.name: if task.name.isEmpty { task.name = text(at: record[2]) }
      case RuntimeLayout.RecordKind.group:
        if let group = group(atRecord: record[3]) { task.groups.append(group) }
      default: break
      }
    }
    if task.state != .running { task.wait = wait(of: image, at: address, &task) }
    if task.state != .running { task.backtrace = backtrace(of: image) }
    return (.task(task), image)
  }

  // MARK: What a task looks like

  private mutating func head(_ image: Image, at address: UInt64) -> ScannedTask? {
    let flags = UInt32(truncatingIfNeeded: image[RuntimeLayout.TaskWord.flagsAndID])
    let idHigh = image[RuntimeLayout.TaskWord.idHigh] & 0xffff_ffff
    let id = idHigh << 32 | image[RuntimeLayout.TaskWord.flagsAndID] >> 32
    let status = UInt32(truncatingIfNeeded: image[RuntimeLayout.TaskWord.status])
    guard image[RuntimeLayout.TaskWord.metadata] == metadata, id != 0, idHigh < 1 << 16,
      flags & (RuntimeLayout.JobFlag.kinds | RuntimeLayout.JobFlag.unused) == 0,
      flags >> 8 & 0xff <= RuntimeLayout.JobFlag.highestPriority,
      status & RuntimeLayout.StatusFlag.unused == 0,
      status & RuntimeLayout.StatusFlag.complete == 0,
      Self.isReferenced(image[RuntimeLayout.TaskWord.references])
    else { return nil }
    let isChild = flags & RuntimeLayout.JobFlag.child != 0
    let isGroupChild = flags & RuntimeLayout.JobFlag.groupChild != 0
    guard isChild || !isGroupChild && flags & RuntimeLayout.JobFlag.asyncLet == 0 else {
      return nil
    }
    var task = ScannedTask(
      address: address, id: id, priority: UInt8(truncatingIfNeeded: flags >> 8), isChild: isChild,
      isAsyncLet: flags & RuntimeLayout.JobFlag.asyncLet != 0,
      isCancelled: status & RuntimeLayout.StatusFlag.cancelled != 0,
      state: Self.state(status, image))
    guard task.state == .running || pages.isCode(image[RuntimeLayout.TaskWord.resume]) else {
      return nil
    }
    let fragments = Int(layout.taskSize / 8)
    if isChild {
      task.parent = image[fragments]
      guard isTask(task.parent) else { return nil }
    }
    if isGroupChild {
      task.group = image[fragments + 2]
      guard isThere(task.group) else { return nil }
    }
    return task
  }

  /// Whether a count of references is that of an object that is alive: immortal, as an `async let`
  /// is, or neither being destroyed nor without a reference.
  static func isReferenced(_ count: UInt64) -> Bool {
    count & 0xffff_ffff == 0xffff_ffff || count >> 32 & 1 == 0 && count & 0xffff_ffff != 0
  }

  private static func state(_ status: UInt32, _ image: Image) -> ScannedTask.State {
    if status & RuntimeLayout.StatusFlag.running != 0 { return .running }
    if status & RuntimeLayout.StatusFlag.enqueued != 0 { return .scheduled }
    let isUntouched =
      status & RuntimeLayout.StatusFlag.hasDependency == 0
      && image[RuntimeLayout.TaskWord.firstSlab] == 0
    return isUntouched ? .created : .waiting
  }

  /// The address of the structured parent of a task; 0 if it has none, or is none.
  mutating func parent(of address: UInt64) -> UInt64 {
    guard case (.task(let task), _) = task(at: address) else { return 0 }
    return task.parent
  }

  private mutating func isTask(_ address: UInt64) -> Bool {
    address % 16 == 0 && pages.load(UInt64.self, at: address) == metadata
  }

  private func isThere(_ address: UInt64) -> Bool {
    address % 8 == 0 && pages.area(of: address)?.isWritable ?? false
  }

  // MARK: What belongs to it

  /// The records at its status: their flags, the next one, a payload, and their own addresses.
  private mutating func records(of image: Image) -> [SIMD4<UInt64>] {
    var records: [SIMD4<UInt64>] = []
    var address = image[RuntimeLayout.TaskWord.record]
    while address != 0, records.count < Self.recordLimit, isThere(address),
      var record = pages.load(SIMD4<UInt64>.self, at: address)
    {
      record[3] = address
      records.append(record)
      address = record[1]
    }
    return records
  }

  /// A group's record lies in the group, behind its first word; its counts lie further behind.
  private mutating func group(atRecord record: UInt64) -> ScannedGroup? {
    guard record > 8, let counts = pages.load(UInt64.self, at: record - 8 + 0x50) else {
      return nil
    }
    // A group that discards results counts pending children in all bits of both.
    return ScannedGroup(
      address: record - 8, pending: counts & 0x7fff_ffff, ready: counts >> 31 & 0x7fff_ffff,
      isCancelled: counts >> 63 != 0)
  }

  private mutating func wait(
    of image: Image, at address: UInt64, _ task: inout ScannedTask
  ) -> ScannedTask.Wait {
    let place = image[RuntimeLayout.TaskWord.dependency]
    // The record names its task; one that names another is not this task's any more.
    guard
      UInt32(truncatingIfNeeded: image[RuntimeLayout.TaskWord.status])
        & RuntimeLayout.StatusFlag.hasDependency != 0,
      isThere(place), let record = pages.load(SIMD4<UInt64>.self, at: place),
      let rest = pages.load(SIMD2<UInt64>.self, at: place + 32), rest[1] == address
    else { return .none }
    let target = record[2]
    switch rest[0] & 0xffff_ffff {
    case 1: return isTask(target) ? .task(target) : .none
    case 2: return isThere(target) ? .continuation(target) : .none
    case 3: return isThere(target) ? .group(target) : .none
    case 4:
      // Without an executor of its own it waits for no more than a thread.
      return target == 0 ? .none : .executor(target, class: className(of: target))
    default: return .none
    }
  }

  /// Where it goes on, then where the function goes on that awaits that one, and so on.
  private mutating func backtrace(of image: Image) -> [UInt64] {
    var frames = [image[RuntimeLayout.TaskWord.resume]]
    var contexts: [UInt64] = []
    var context = image[RuntimeLayout.TaskWord.resumeContext]
    while context != 0, context % 8 == 0, frames.count < ScannedTask.frameLimit,
      !contexts.contains(context),
      let words = pages.load(SIMD2<UInt64>.self, at: context), pages.isCode(words[1])
    {
      frames.append(words[1])
      contexts.append(context)
      context = words[0]
    }
    return frames
  }

  // MARK: Texts

  /// The most classes whose names are remembered.
  private static var classLimit: Int { 4096 }
  /// The longest name that is read.
  private static var textLimit: Int { 256 }

  /// The bytes up to the next NUL; as many as there are if there is none.
  private mutating func text(at address: UInt64) -> [UInt8] {
    var text: [UInt8] = []
    while text.count < Self.textLimit,
      let byte = pages.load(UInt8.self, at: address &+ UInt64(text.count)), byte != 0
    {
      text.append(byte)
    }
    return text
  }

  /// The name of an object's class, by what its metadata leads to; empty if it is not Swift's.
  private mutating func className(of object: UInt64) -> String {
    guard object % 8 == 0, let metadata = pages.load(UInt64.self, at: object) else { return "" }
    if let known = classes[metadata] { return known }
    let name = className(ofMetadata: metadata)
    if classes.count >= Self.classLimit { classes = [:] }
    classes[metadata] = name
    return name
  }

  private mutating func className(ofMetadata metadata: UInt64) -> String {
    // Swift's classes have kind 0 where there is no Objective-C.
    guard metadata % 8 == 0, pages.load(UInt64.self, at: metadata) == 0,
      let descriptor = pages.load(UInt64.self, at: metadata &+ 40)
    else { return "" }
    return typeName(ofDescriptor: descriptor)
  }

  /// The name of a class, structure or enumeration; empty if there is none at the address.
  mutating func typeName(ofDescriptor descriptor: UInt64) -> String {
    guard descriptor % 4 == 0, let words = pages.load(SIMD4<UInt32>.self, at: descriptor),
      (16...18).contains(words[0] & 0x1f)
    else { return "" }
    let distance = UInt64(bitPattern: Int64(Int32(bitPattern: words[2])))
    let name = text(at: descriptor &+ 8 &+ distance)
    let isName = !name.isEmpty && name.allSatisfy { $0 >= 0x80 || (0x21...0x7e).contains($0) }
    return isName ? String(decoding: name, as: UTF8.self) : ""
  }
}

extension TaskParser {
  /// Compares tasks with what they are now, and takes away what can't be relied on.
  ///
  /// - Parameter tasks: At most `batch`, with the words that each was read from.
  /// - Returns: Those that are still there; without a wait and a backtrace if they went on
  ///   meanwhile.
  mutating func confirm(_ tasks: [(task: ScannedTask, image: Image)]) -> [ScannedTask] {
    let size = Int(layout.taskSize)
    var confirmed: [ScannedTask] = []
    var rest = tasks[...]
    unsafe withUnsafeTemporaryAllocation(byteCount: size * Self.batch, alignment: 16) { bytes in
      while !rest.isEmpty {
        let parts = rest.map { $0.task.address..<$0.task.address + UInt64(size) }
        let count = unsafe pages.readAgain(parts, into: bytes) / size
        for (index, entry) in rest.prefix(count).enumerated() {
          let now = unsafe UnsafeRawBufferPointer(
            rebasing: bytes[index * size..<(index + 1) * size])
          if let task = unsafe Self.confirm(entry.task, entry.image, now) { confirmed.append(task) }
        }
        // The one after those that were read is gone.
        rest = rest.dropFirst(count + 1)
      }
    }
    return confirmed
  }

  /// How many tasks are compared at once.
  static var batch: Int { 256 }

  private static func confirm(
    _ task: ScannedTask, _ image: Image, _ now: UnsafeRawBufferPointer
  ) -> ScannedTask? {
    func word(_ index: Int) -> UInt64 {
      unsafe now.load(fromByteOffset: 8 * index, as: UInt64.self)
    }
    // The priority beside the low half of the id may change.
    guard word(RuntimeLayout.TaskWord.metadata) == image[RuntimeLayout.TaskWord.metadata],
      word(RuntimeLayout.TaskWord.flagsAndID) >> 32 == image[RuntimeLayout.TaskWord.flagsAndID]
        >> 32,
      word(RuntimeLayout.TaskWord.idHigh) & 0xffff_ffff == image[RuntimeLayout.TaskWord.idHigh]
        & 0xffff_ffff
    else { return nil }
    let status = UInt32(truncatingIfNeeded: word(RuntimeLayout.TaskWord.status))
    guard status & RuntimeLayout.StatusFlag.complete == 0 else { return nil }
    if compared.allSatisfy({ word($0) == image[$0] }) { return task }
    var task = task
    task.isCancelled = status & RuntimeLayout.StatusFlag.cancelled != 0
    task.state = state(status, image)
    task.wait = .none
    task.backtrace = []
    task.groups = []
    return task
  }
}

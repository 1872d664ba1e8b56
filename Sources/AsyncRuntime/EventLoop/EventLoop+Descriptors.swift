import AsyncTopBus
import AsyncTopLinux

extension EventLoop {
  /// Calls a function whenever a descriptor can be read without waiting, or has failed.
  ///
  /// It is called once in each iteration as long as that is so. A second callback for the same
  /// descriptor replaces the first. Before the descriptor is closed, call
  /// `removeReader(_:)`.
  ///
  /// - Parameters:
  ///   - descriptor: The kernel's number of a socket, pipe, terminal or the like.
  ///   - callback: What it throws goes to the exception handler.
  /// - Throws: `IOError`: `fileExists` if it belongs to an open transport or stream, `notPermitted`
  ///   if it can't be waited for, such as a file on a disk.
  public func addReader(
    _ descriptor: Int32, fileID: StaticString = #fileID, line: UInt32 = #line,
    _ callback: @escaping () throws -> Void
  ) throws(IOError) {
    let handle = WatchHandle(self, callback)
    let site = CallSite(fileID, line)
    handle.site = site.number
    try add(descriptor, "addReader", at: site) { watch throws(Errno) in
      _ = try watch.setReader(handle)
    }
  }

  /// Ends what `addReader` began.
  ///
  /// - Parameter descriptor: Its number.
  /// - Returns: Whether there was a callback.
  @discardableResult
  public func removeReader(_ descriptor: Int32) -> Bool {
    remove(descriptor) { watch throws(Errno) in try watch.setReader(nil) }
  }

  /// Calls a function whenever a descriptor can be written without waiting, or has failed.
  ///
  /// It is called once in each iteration as long as that is so. A second callback for the same
  /// descriptor replaces the first. Before the descriptor is closed, call
  /// `removeWriter(_:)`.
  ///
  /// - Parameters:
  ///   - descriptor: The kernel's number of a socket, pipe, terminal or the like.
  ///   - callback: What it throws goes to the exception handler.
  /// - Throws: `IOError`: `fileExists` if it belongs to an open transport or stream, `notPermitted`
  ///   if it can't be waited for, such as a file on a disk.
  public func addWriter(
    _ descriptor: Int32, fileID: StaticString = #fileID, line: UInt32 = #line,
    _ callback: @escaping () throws -> Void
  ) throws(IOError) {
    let handle = WatchHandle(self, callback)
    let site = CallSite(fileID, line)
    handle.site = site.number
    try add(descriptor, "addWriter", at: site) { watch throws(Errno) in
      _ = try watch.setWriter(handle)
    }
  }

  /// Ends what `addWriter` began.
  ///
  /// - Parameter descriptor: Its number.
  /// - Returns: Whether there was a callback.
  @discardableResult
  public func removeWriter(_ descriptor: Int32) -> Bool {
    remove(descriptor) { watch throws(Errno) in try watch.setWriter(nil) }
  }

  private func add(
    _ descriptor: Int32, _ call: String, at site: CallSite,
    _ change: (DescriptorWatch) throws(Errno) -> Void
  ) throws(IOError) {
    checkThread()
    checkOpen()
    do throws(Errno) {
      try change(try renewedWatch(descriptor))
    } catch {
      if let watch = descriptors.watch(of: descriptor), !watch.isWanted { watch.end() }
      throw site.error(error, call, "descriptor \(descriptor)")
    }
  }

  private func remove(
    _ descriptor: Int32, _ change: (DescriptorWatch) throws(Errno) -> Bool
  ) -> Bool {
    checkThread()
    guard let watch = descriptors.watch(of: descriptor) else { return false }
    let wasThere = (try? change(watch)) ?? false
    if !watch.isWanted { watch.end() }
    return wasThere
  }

  /// The watch of a descriptor, registered again in case that the number is another descriptor's
  /// by now.
  func renewedWatch(_ descriptor: Int32) throws(Errno) -> DescriptorWatch {
    if let watch = descriptors.watch(of: descriptor) {
      try watch.renew()
      return watch
    }
    let watch = DescriptorWatch(descriptor, on: self)
    descriptors.insert(watch)
    return watch
  }
}

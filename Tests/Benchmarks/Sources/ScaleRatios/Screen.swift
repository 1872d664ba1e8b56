import Foundation

/// A dashboard on a terminal of 160 columns and 40 rows.
final class Screen {
  private let terminal: CInt
  private let child: Child
  /// Milliseconds from its start to the first rows.
  private(set) var firstRows = 0.0

  init(_ target: Target) throws {
    // By pts(4): Swift does not import the functions for it.
    terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    var (number, isLocked) = (CInt(0), CInt(0))
    let (unlock, getNumber) = (UInt(0x4004_5431), UInt(0x8004_5430))  // TIOCSPTLCK, TIOCGPTN
    guard terminal >= 0, ioctl(terminal, unlock, &isLocked) == 0,
      ioctl(terminal, getNumber, &number) == 0
    else { throw Child.Failure() }
    var size = winsize(ws_row: 40, ws_col: 160, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(terminal, UInt(TIOCSWINSZ), &size)
    let start = now
    child = try Child(["attach", String(target.id)], on: "/dev/pts/\(number)")
    var seen: [UInt8] = []
    // A row of a task that sleeps.
    while !Self.has(seen, "timer in"), now - start < 30 { seen += read(within: 0.5) }
    firstRows = (now - start) * 1000
  }

  private static func has(_ bytes: [UInt8], _ text: String) -> Bool {
    String(decoding: bytes, as: UTF8.self).contains(text)
  }

  /// What it writes next, within some seconds; nothing if it writes nothing.
  private func read(within seconds: Double) -> [UInt8] {
    var ready = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
    guard poll(&ready, 1, CInt(seconds * 1000)) > 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = Glibc.read(terminal, &bytes, bytes.count)
    return count > 0 ? Array(bytes[..<count]) : []
  }

  private func settle() {
    while !read(within: 0).isEmpty {}
  }

  /// How often it was drawn in some seconds, and what part of a processor that took.
  func watch(seconds: Double) -> (refreshes: Double, percent: Double) {
    let (start, used) = (now, child.processorSeconds)
    var (last, refreshes) = (0.0, 0)
    while now - start < seconds {
      guard !read(within: max(0, start + seconds - now)).isEmpty else { continue }
      if now - last > 0.05 { refreshes += 1 }
      last = now
    }
    return (Double(refreshes), (child.processorSeconds - used) / (now - start) * 100)
  }

  /// Milliseconds from a key to the next picture.
  func press(_ keys: String, pause: Double) -> Double {
    let end = now + pause
    while now < end { _ = read(within: end - now) }
    settle()
    let start = now
    write(keys)
    _ = read(within: 5)
    return (now - start) * 1000
  }

  /// Milliseconds from a letter to the next picture, and to the last one that it leads to.
  func type(_ letter: String) -> (echo: Double, result: Double) {
    settle()
    let start = now
    write(letter)
    _ = read(within: 5)
    let echo = (now - start) * 1000
    var last = now
    // The next sample comes within a second.
    while now - start < 0.4 { if !read(within: 0.05).isEmpty { last = now } }
    return (echo, (last - start) * 1000)
  }

  private func write(_ text: String) {
    _ = text.withCString { Glibc.write(terminal, $0, strlen($0)) }
  }

  var megabytes: Double { child.megabytes("VmRSS") }
  var mostMegabytes: Double { child.megabytes("VmHWM") }

  func end() {
    write("q")
    _ = read(within: 1)
    close(terminal)
    kill(child.id, SIGKILL)
    _ = child.wait()
  }
}

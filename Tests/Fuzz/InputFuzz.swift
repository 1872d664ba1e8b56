import ArgumentParser
import AsyncTopTerminal
import TestSessions

@testable import AsyncTopCurses
@testable import AsyncTopDashboard
@testable import asynctop

/// What comes from who uses it.
enum InputFuzz {
  /// The first two bytes are the size of the window.
  static func type(_ bytes: [UInt8]) {
    guard bytes.count > 2 else { return }
    let size = Size(columns: Int(bytes[0]), rows: Int(bytes[1]) / 2)
    let session = TestSession.server()
    var model = DashboardModel()
    model.update(session.snapshot())
    var decoder = InputDecoder()
    for part in stride(from: 2, to: bytes.count, by: 7) {
      decoder.feed(bytes[part..<min(part + 7, bytes.count)])
      while let item = decoder.next() {
        if case .event(let event) = item { _ = model.handle(event) }
      }
      if part % 5 == 0, case .event(let event)? = decoder.decide() { _ = model.handle(event) }
      session.advance(.milliseconds(100))
      model.update(session.snapshot())
      _ = model.draw(size: size)
    }
  }

  static func parse(_ bytes: [UInt8]) {
    let arguments = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    do {
      _ = try AsyncTop.parseAsRoot(arguments)
    } catch {
      _ = AsyncTop.fullMessage(for: error)
    }
  }
}

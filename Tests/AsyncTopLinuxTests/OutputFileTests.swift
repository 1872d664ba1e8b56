import Foundation
import Glibc
import AsyncTopLinux
import TestFixtures
import Testing

@Suite struct `A file for output` {
  let scratch: Scratch
  var path: String { scratch.file("a.log") }

  init() throws { scratch = try Scratch() }

  private func make(_ earlier: OutputFile.Earlier, text: String = "new") throws {
    let file = try OutputFile(path: path, earlier: earlier)
    #expect(unsafe write(file.descriptor, text, text.utf8.count) == text.utf8.count)
  }

  private func mode(_ name: String = "a.log") -> mode_t {
    var status = stat()
    return unsafe lstat(scratch.file(name), &status) == 0 ? status.st_mode : 0
  }

  static let all: [OutputFile.Earlier] = [.stays, .isReplaced, .isNumbered]

  @Test(arguments: all)
  func `is made for its owner alone`(earlier: OutputFile.Earlier) throws {
    try make(earlier)
    #expect(scratch.text("a.log") == "new")
    #expect(mode() == S_IFREG | 0o600)
  }

  @Test(arguments: all)
  func `is not written through a link, nor in place of anything that is no file`(
    earlier: OutputFile.Earlier
  ) throws {
    _ = try scratch.write("precious", Data("precious".utf8))
    _ = try scratch.write("empty", Data())
    let before: [(String, () -> CInt)] = [
      ("a link", { unsafe symlink("precious", path) }),
      ("a link to an empty file", { unsafe symlink("empty", path) }),
      ("a link to nothing", { unsafe symlink("nothing", path) }),
      ("a pipe", { unsafe mkfifo(path, 0o600) }),
      ("a folder", { unsafe mkdir(path, 0o700) }),
      ("a socket", { unsafe mknod(path, S_IFSOCK | 0o600, 0) }),
    ]
    for (what, prepare) in before {
      #expect(prepare() == 0, "\(what)")
      let kind = mode()
      let error = #expect(throws: OutputFile.Failure.self, "\(what)") { try make(earlier) }
      #expect("\(try #require(error))".contains("neither followed nor replaced"))
      #expect(mode() == kind, "\(what) is another one")
      #expect(unsafe remove(path) == 0)
    }
    #expect(scratch.text("precious") == "precious")
    #expect(scratch.text("empty") == "")
    #expect(scratch.text("nothing") == nil)
    #expect(ProcessFiles.names(in: scratch.path).sorted() == ["empty", "precious"])
  }

  @Test func `takes an empty file of ours as it is, and its mode away`() throws {
    for earlier in Self.all {
      _ = try scratch.write("a.log", Data())
      #expect(unsafe chmod(path, 0o666) == 0)
      try make(earlier)
      #expect(scratch.text("a.log") == "new")
      #expect(mode() == S_IFREG | 0o600)
      #expect(unsafe unlink(path) == 0)
    }
    #expect(ProcessFiles.names(in: scratch.path).isEmpty)
  }

  @Test func `does not take a file that is read under another name`() throws {
    _ = try scratch.write("other", Data())
    #expect(unsafe link(scratch.file("other"), path) == 0)
    #expect(throws: OutputFile.Failure.self) { try make(.stays) }
    try make(.isReplaced)
    #expect(scratch.text("other") == "")
    #expect(scratch.text("a.log") == "new")
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give a file away"))
  func `does not take or keep another user's file`() throws {
    for (earlier, name) in [(OutputFile.Earlier.isReplaced, "a.log"), (.isNumbered, "a.log")] {
      for text in ["", "theirs"] {
        _ = try scratch.write(name, Data(text.utf8))
        #expect(unsafe chmod(path, 0o666) == 0 && chown(path, 65534, 65534) == 0)
        if text.isEmpty { #expect(throws: OutputFile.Failure.self) { try make(.stays) } }
        try make(earlier)
        #expect(try FileStatus(path: path).owner == 0)
        #expect(mode() == S_IFREG | 0o600)
        #expect(unsafe unlink(path) == 0)
      }
    }
    #expect(scratch.text("a.2.log") == "theirs")
    #expect(try FileStatus(path: scratch.file("a.2.log")).owner == 65534)
  }

  @Test func `stays as it was unless that is asked for`() throws {
    try make(.stays, text: "first")
    let error = #expect(throws: OutputFile.Failure.self) { try make(.stays) }
    guard case .exists = try #require(error) else { return #expect(Bool(false), "\(error as Any)") }
    #expect(scratch.text("a.log") == "first")
  }

  @Test func `that is replaced stays with whoever has it open`() throws {
    try make(.stays, text: "first")
    let reader = try #require(FileHandle(forReadingAtPath: path))
    try make(.isReplaced)
    #expect(try reader.readToEnd() == Data("first".utf8))
    #expect(scratch.text("a.log") == "new")
    #expect(ProcessFiles.names(in: scratch.path) == ["a.log"])
  }

  @Test func `leaves every earlier one under a number`() throws {
    // Names that only look like ours stay.
    for name in [
      "a.07.log", "a.+9.log", "a.x.log", "a.log.3", "b.9.log", "a.99999999999999999999.log",
    ] {
      _ = try scratch.write(name, Data(name.utf8))
    }
    let others = Set(ProcessFiles.names(in: scratch.path))
    _ = try scratch.write("a.4.log", Data("older".utf8))
    for text in ["one", "two", "three"] { try make(.isNumbered, text: text) }
    #expect(scratch.text("a.log") == "three")
    #expect(scratch.text("a.6.log") == "two")
    #expect(scratch.text("a.5.log") == "one")
    #expect(scratch.text("a.4.log") == "older")
    let now = Set(ProcessFiles.names(in: scratch.path))
    #expect(now == others.union(["a.log", "a.4.log", "a.5.log", "a.6.log"]))

    let numbered = NumberedFiles(of: path)
    #expect(numbered.numbers == [4, 5, 6])
    // One that is something else is not removed.
    numbered.remove(allBut: 0, startingWith: "older")
    #expect(numbered.numbers == [5, 6])
    numbered.remove(allBut: 1, startingWith: "o")
    #expect(numbered.numbers == [6])
    for name in others { #expect(scratch.text(name) == name) }
  }

  @Test(arguments: [
    ("s", "s.1"), ("s.asyncrec", "s.1.asyncrec"), (".hidden", ".hidden.1"),
    ("a.b.c", "a.b.1.c"), ("ends.", "ends.1."),
  ])
  func `has a name with the number before its ending`(name: String, numbered: String) throws {
    #expect(NumberedFiles(of: "/tmp/x.y/\(name)").path(of: 1) == "/tmp/x.y/\(numbered)")
    #expect(NumberedFiles(of: name).path(of: 1) == numbered)
  }

  @Test func `is made by many at once, and none is lost`() throws {
    DispatchQueue.concurrentPerform(iterations: 400) { number in
      #expect(throws: Never.self) {
        let file = try OutputFile(path: path, earlier: .isNumbered)
        let text = "\(number)"
        withExtendedLifetime(file) {
          _ = unsafe write(file.descriptor, text, text.utf8.count)
        }
      }
    }
    let texts = ProcessFiles.names(in: scratch.path).compactMap { scratch.text($0) }
    #expect(Set(texts) == Set((0..<400).map { "\($0)" }))
  }
}

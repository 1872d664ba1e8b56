import Testing

@Suite struct `Calls of the kernel` {
  @Test(
    arguments: [
      ("A/A.swift", "let number = unsafe open(path, O_RDONLY)"),
      ("A/A.swift", "guard let folder = unsafe opendir(path) else { return }"),
      ("A/A.swift", "Glibc.socket(AF_INET, 1, 0)"),
      ("CAsyncTopLinux/a.c", "int a = open(path, 0);"),
      ("CAsyncTopLinux/a.c", "int a = accept4(b, NULL, NULL, 0);"),
    ])
  func `that open a descriptor stand in one file`(path: String, text: String) {
    #expect(SystemCallRules.opening([SourceFile("Sources/\(path)", text)]).map(\.line) == [1])
    #expect(SystemCallRules.opening([SourceFile("Tests/\(path)", text)]).isEmpty)
    let place = SourceFile("Sources/CAsyncTopLinux/descriptors.c", text)
    #expect(SystemCallRules.opening([place]).isEmpty)
  }

  @Test(arguments: ["CAsyncTopProbe", "CAsyncTopCurses"])
  func `are left to C that stands alone`(module: String) {
    let file = SourceFile("Sources/\(module)/a.c", "int a = open(path, O_CLOEXEC); write(a, b, 1);")
    #expect(SystemCallRules.opening([file]).isEmpty && SystemCallRules.sending([file]).isEmpty)
  }

  @Test(
    arguments: [
      "func open(_ path: String) throws {}", "try FileDescriptor.open(path)", "file.open(path)",
      "unsafe linux_open(path, O_RDONLY, 0)", "writer.write(bytes)", "write(.header, payload)",
      "unsafe linux_write(number, start, count)",
    ])
  func `are not what has a similar name`(text: String) {
    let file = SourceFile("Sources/A/A.swift", text)
    #expect(SystemCallRules.opening([file]).isEmpty && SystemCallRules.sending([file]).isEmpty)
  }

  @Test(
    arguments: [
      ("A/A.swift", "_ = unsafe Glibc.write(2, text, count)"),
      ("A/A.swift", "Glibc.sendto(a, b, c, 0, d, e)"),
      ("CAsyncTopLinux/a.c", "write(fd, text, 3);"),
      ("CAsyncTopLinux/a.c", "return sendfile(a, b, c, d);"),
    ])
  func `that can raise SIGPIPE stand in one file`(path: String, text: String) {
    #expect(SystemCallRules.sending([SourceFile("Sources/\(path)", text)]).map(\.line) == [1])
    let place = SourceFile("Sources/CAsyncTopLinux/sending.c", text)
    #expect(SystemCallRules.sending([place]).isEmpty)
  }
}

/// Where calls of the kernel may stand that are easily made wrongly.
enum SystemCallRules {
  private static let opening: [(isSwift: Bool, words: [String])] = [
    (
      true,
      [
        "unsafe open(", "unsafe Glibc.open(", "Glibc.openat(", "Glibc.socket(", "Glibc.accept(",
        "Glibc.dup(", "socketpair(", "accept4(", "pipe2(", "Glibc.pipe(", "epoll_create1(",
        "eventfd(", "signalfd(", "timerfd_create(", "memfd_create(", "inotify_init1(", "opendir(",
        "fopen(", "popen(", "mkstemp(", "posix_openpt(", "shm_open(",
      ]
    ),
    (
      false,
      [
        "open(", "openat(", "socket(", "accept(", "accept4(", "socketpair(", "pipe(", "pipe2(",
        "dup(", "epoll_create1(", "eventfd(", "signalfd(", "timerfd_create(", "memfd_create(",
        "pidfd_open(", "inotify_init1(", "opendir(", "fopen(", "popen(", "mkstemp(", "shm_open(",
      ]
    ),
  ]

  private static let sending: [(isSwift: Bool, words: [String])] = [
    (
      true,
      [
        "Glibc.write(", "Glibc.writev(", "Glibc.send(", "Glibc.sendto(", "Glibc.sendmsg(",
        "Glibc.sendfile(", "Glibc.splice(", "fputs(", "fwrite(",
      ]
    ),
    (
      false,
      [
        "write(", "writev(", "send(", "sendto(", "sendmsg(", "sendfile(", "splice(", "vmsplice(",
        "dprintf(", "fprintf(", "printf(", "fputs(",
      ]
    ),
  ]

  // C that stands alone sees to it by itself: the probe by a function of its own, the terminal's
  // guard where it opens the one descriptor that it has.
  private static let alone: Set<String> = ["CAsyncTopProbe", "CAsyncTopCurses"]

  /// What opens a descriptor stands in one file, which sees to it that it is none of the standard
  /// ones and closed on exec.
  ///
  /// A child that is about to become another program opens for itself.
  static func opening(_ files: [SourceFile]) -> [Violation] {
    let places = ["Sources/CAsyncTopLinux/descriptors.c", "Sources/CAsyncTopLinux/spawn.c"]
    return violations(
      files.filter { !places.contains($0.path) && !alone.contains($0.module) }, opening,
      "opens what may become a standard stream; FileDescriptor.numberOpening does not, nor what"
        + " CAsyncTopLinux/descriptors.c has")
  }

  /// What can raise SIGPIPE stands in one file, which sees to it that it does not.
  ///
  /// A terminal raises none.
  static func sending(_ files: [SourceFile]) -> [Violation] {
    violations(
      files.filter {
        $0.path != "Sources/CAsyncTopLinux/sending.c" && !alone.contains($0.module)
          && $0.module != "AsyncTopCurses"
      }, sending, "may raise SIGPIPE; CAsyncTopLinux/sending.c has what doesn't")
  }

  private static func violations(
    _ files: [SourceFile], _ rules: [(isSwift: Bool, words: [String])], _ message: String
  ) -> [Violation] {
    files.filter { $0.path.hasPrefix("Sources/") }.flatMap { file in
      rules.filter { $0.isSwift == file.isSwift }.flatMap(\.words).flatMap { word in
        file.lines(containing: word).map {
          Violation(path: file.path, line: $0, message: "\(word) \(message)")
        }
      }
    }
  }
}

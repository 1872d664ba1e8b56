import CAsyncTopLinux

/// What the kernel has to run threads on.
public enum Processors {
  /// How many this process may use; at least 1.
  public static var usable: Int { max(1, Int(linux_usable_processors())) }
}

/// A terminal description of our own, as ncurses decodes it from a variable.
///
/// Made with `tic -x`, then `infocmp -x -0 -Q2`.
struct TerminalEntry {
  /// The name to open it by.
  let name: String
  /// The variable that makes ncurses find it.
  let variable: String

  private init(_ name: String, _ description: String) {
    self.name = name
    variable = "TERMINFO=" + description
  }

  /// What a terminal is opened with that ncurses knows nothing about: in an image without terminfo,
  /// or if the terminal is newer than it.
  ///
  /// - Parameter terminal: Its name.
  /// - Returns: Nil if the name is not of a family that is known here.
  static func builtIn(for terminal: String) -> TerminalEntry? {
    func isOne(of families: [String]) -> Bool { families.contains { terminal.hasPrefix($0) } }
    if isOne(of: directFamilies) { return direct }
    return isOne(of: basicFamilies) ? basic : nil
  }

  // All of them understand 256 colours, as tmux and screen do, whatever is around them.
  private static let directFamilies = [
    "xterm", "screen", "tmux", "rxvt", "alacritty", "foot", "kitty", "ghostty", "wezterm",
    "konsole", "vte", "gnome", "putty", "st-", "iTerm", "contour", "rio", "mlterm",
  ]
  private static let basicFamilies = ["linux", "vt", "ansi", "cons"]

  /// 24-bit colours, and 256 of the palette after them.
  ///
  /// ncurses draws 24-bit colours only with a description that says the terminal has as many; those
  /// are in a package that few have installed, and write the colours in a form that some terminals
  /// don't read. This one says only what xterm and all that follow it do:
  ///
  /// ```
  /// asynctop-direct|24-bit colours and 256 of the palette after them,
  ///   am, mir, msgr, xenl, RGB,
  ///   cols#80, colors#0x1000100, it#8, lines#24, pairs#0x10000,
  ///   bel=^G, bold=\E[1m, civis=\E[?25l, clear=\E[H\E[2J, cnorm=\E[?25h, cr=\r,
  ///   cub=\E[%p1%dD, cub1=^H, cud=\E[%p1%dB, cud1=\n, cuf=\E[%p1%dC, cuf1=\E[C,
  ///   cup=\E[%i%p1%d;%p2%dH, cuu=\E[%p1%dA, cuu1=\E[A, dim=\E[2m, ed=\E[J, el=\E[K,
  ///   el1=\E[1K, home=\E[H, hpa=\E[%i%p1%dG, ht=^I, ind=\n, op=\E[39;49m, rev=\E[7m,
  ///   ri=\EM, ritm=\E[23m, rmam=\E[?7l, rmcup=\E[?1049l, rmso=\E[27m, rmul=\E[24m,
  ///   setab=\E[48;%?%p1%{16777216}%<%t2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;
  ///     %p1%{255}%&%d%e5;%p1%{16777216}%-%d%;m,
  ///   setaf=(the same with 38),
  ///   sgr0=\E[m, sitm=\E[3m, smam=\E[?7h, smcup=\E[?1049h, smso=\E[7m, smul=\E[4m,
  ///   vpa=\E[%i%p1%dd,
  /// ```
  ///
  /// Colours up to 0xFFFFFF are red, green and blue; entry n of the palette is 0x1000000 + n, so
  /// that both are there side by side and dark blues stay blue. Erasing in colour (`bce`) is left
  /// out since not every terminal does it.
  static let direct = TerminalEntry(
    "asynctop-direct",
    "b64:HgJBAA8ADwBpAbQBYXN5bmN0b3AtZGlyZWN0fDI0LWJpdCBjb2xvdXJzIGFuZCAyNTYgb2YgdGhlIHBhbGV0"
      + "dGUgYWZ0ZXIgdGhlbQAAAQAAAQAAAAAAAAAAAQFQAAAACAAAABgAAAD_________________________________"
      + "____________________AAEAAQAAAQD__wAAAgD_____BAAMABAAFAD__x8AMAAyADYAPQD__z8ARgD__0oA____"
      + "______________9OAFMA__9cAP_______2EAZgBrAP____9wAHQA_____30AgwD_________________________"
      + "________________________________________________________________________________________"
      + "____________________________________________________iQD_______-SAJsA__-kAP______________"
      + "_________________60A__-4ALoA________vQD__________________________________________78AxQD_"
      + "________________________________________________________________________________________"
      + "________________________________________________________________________________________"
      + "________________________________________________________________________________________"
      + "____________________________________________ywD_________________________________________"
      + "_______________________________QAP__________________________________2QD_________________"
      + "_______eAP______________________________________________________________________________"
      + "____________________5ABMAQcADQAbW0gbWzJKABtbSwAbW0oAG1slaSVwMSVkRwAbWyVpJXAxJWQ7JXAyJWRI"
      + "AAoAG1tIABtbPzI1bAAIABtbPzI1aAAbW0MAG1tBABtbMW0AG1s_MTA0OWgAG1sybQAbWzdtABtbN20AG1s0bQAb"
      + "W20AG1s_MTA0OWwAG1syN20AG1syNG0AG1slcDElZEIAG1slcDElZEQAG1slcDElZEMAG1slcDElZEEAG1slaSVw"
      + "MSVkZAAKABtNAAkAG1s_N2gAG1s_N2wAG1sxSwAbWzM5OzQ5bQAbWzNtABtbMjNtABtbMzg7JT8lcDElezE2Nzc3"
      + "MjE2fSU8JXQyOyVwMSV7NjU1MzZ9JS8lZDslcDElezI1Nn0lLyV7MjU1fSUmJWQ7JXAxJXsyNTV9JSYlZCVlNTsl"
      + "cDElezE2Nzc3MjE2fSUtJWQlO20AG1s0ODslPyVwMSV7MTY3NzcyMTZ9JTwldDI7JXAxJXs2NTUzNn0lLyVkOyVw"
      + "MSV7MjU2fSUvJXsyNTV9JSYlZDslcDElezI1NX0lJiVkJWU1OyVwMSV7MTY3NzcyMTZ9JS0lZCU7bQABAAAAAAAB"
      + "AAQAAQAAAFJHQgA=")

  /// The colour that is entry 0 of the palette in ``direct``.
  static let paletteStart: Int32 = 0x100_0000

  /// Eight colours, and what a VT100 does.
  ///
  /// ```
  /// asynctop-basic|what a console or a VT100 and its kind do,
  ///   am, mir, msgr, xenl,
  ///   cols#80, colors#8, it#8, lines#24, pairs#64,
  ///   bel=^G, bold=\E[1m, clear=\E[H\E[J, cr=\r,
  ///   cub=\E[%p1%dD, cub1=^H, cud=\E[%p1%dB, cud1=\n, cuf=\E[%p1%dC, cuf1=\E[C,
  ///   cup=\E[%i%p1%d;%p2%dH, cuu=\E[%p1%dA, cuu1=\E[A, ed=\E[J, el=\E[K,
  ///   el1=\E[1K, home=\E[H, ht=^I, ind=\n, op=\E[39;49m, rev=\E[7m,
  ///   ri=\EM, rmso=\E[m, rmul=\E[m, rmam=\E[?7l, smam=\E[?7h,
  ///   setab=\E[4%p1%dm, setaf=\E[3%p1%dm,
  ///   sgr0=\E[m, smso=\E[7m, smul=\E[4m,
  /// ```
  static let basic = TerminalEntry(
    "asynctop-basic",
    "b64:GgE5AA8ADwBpAa0AYXN5bmN0b3AtYmFzaWN8d2hhdCBhIGNvbnNvbGUgb3IgYSBWVDEwMCBhbmQgaXRzIGtp"
      + "bmQgZG8AAAEAAAEAAAAAAAAAAAEBUAAIABgA__________________________8IAEAA__8AAAIA_____wQACwAP"
      + "AP____8TACQAJgD__yoA_____ywA__8wAP__________________NAD_______________85AD4AQwD_____SAD_"
      + "______9MAFAA____________________________________________________________________________"
      + "________________________________________________________________________________________"
      + "_1QA________XQBmAP__bwD_____________________________________eAB6AP_______30A____________"
      + "______________________________9_AIUA____________________________________________________"
      + "________________________________________________________________________________________"
      + "________________________________________________________________________________________"
      + "_________________________________________________________________________________4sA____"
      + "____________________________________________________________________kAD_________________"
      + "________________________________________________________________________________________"
      + "_________________________________________________________5kAowAHAA0AG1tIG1tKABtbSwAbW0oA"
      + "G1slaSVwMSVkOyVwMiVkSAAKABtbSAAIABtbQwAbW0EAG1sxbQAbWzdtABtbN20AG1s0bQAbW20AG1ttABtbbQAb"
      + "WyVwMSVkQgAbWyVwMSVkRAAbWyVwMSVkQwAbWyVwMSVkQQAKABtNAAkAG1s_N2gAG1s_N2wAG1sxSwAbWzM5OzQ5"
      + "bQAbWzMlcDElZG0AG1s0JXAxJWRtAA==")
}

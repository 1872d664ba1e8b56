/// A terminal description with 24-bit colours, of our own.
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
///   sgr0=\E[m, sitm=\E[3m, smam=\E[?7h, smcup=\E[?1049h, smso=\E[7m, smul=\E[4m, vpa=\E[%i%p1%dd,
/// ```
///
/// Colours up to 0xFFFFFF are red, green and blue; entry n of the palette is 0x1000000 + n, so that
/// both are there side by side and dark blues stay blue. Erasing in colour (`bce`) is left out
/// since not every terminal does it. Made with `tic -x`, then `infocmp -x -0 -Q2`.
enum DirectColorEntry {
  /// The name to open it by.
  static let name = "asynctop-direct"

  /// The colour that is entry 0 of the palette.
  static let paletteStart: Int32 = 0x100_0000

  /// The variable that makes ncurses find it.
  static let variable =
    "TERMINFO="
    + "b64:HgJBAA8ADwBpAbQBYXN5bmN0b3AtZGlyZWN0fDI0LWJpdCBjb2xvdXJzIGFuZCAyNTYgb2YgdGhlIHBhbGV0"
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
    + "AAQAAQAAAFJHQgA="
}

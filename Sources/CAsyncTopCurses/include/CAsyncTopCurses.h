// ncursesw, and what of it Swift can't import.
//
// Swift sees functions and plain constants. It does not see variadic functions, macros that cast or
// assign, and it refuses global variables such as COLORS as shared mutable state. Each of those
// that CursesTerminal needs has a function here. Nothing here is thread-safe: ncurses keeps one
// current screen for the whole process, and one thread owns it.
#pragma once

#define NCURSES_WIDECHAR 1
#include <ncursesw/ncurses.h>

#include "TerminalGuard.h"

#include <locale.h>
#include <stdint.h>

// Attributes of a cell, as bits that do not depend on ncurses: bold 1, dim 2, italic 4,
// underline 8, reverse 16. What the terminal can't do, ncurses leaves out.
//
// Puts one cell on the standard screen. `text` is a base and at most two combining marks, ended by
// 0; `pair` is a colour pair, 0 for the terminal's own colours. Returns ERR if it can't be drawn,
// and also, though it is drawn, for the last cell of the last row.
int cn_put(int row, int column, const uint32_t text[4], unsigned attributes, int pair);

// The extent of the standard screen.
int cn_rows(void);
int cn_columns(void);

// Lets the cursor be wherever an update leaves it.
void cn_leave_cursor(void);

// COLORS and COLOR_PAIRS: what the terminal has; 0 before start_color().
int cn_colors(void);
int cn_color_pairs(void);

// Makes ncurses repaint everything at the next doupdate(), as after something else has drawn.
void cn_repaint_all(void);

// Sends what has changed on the standard screen.
void cn_update(void);

// A file in memory for ncurses to write into, closed on exec; -1 with errno. ncurses waits in
// write() until all it has to say is written, and tries again for ever on a descriptor that doesn't
// wait; a file in memory always takes it at once.
int cn_open_capture(void);

// newterm() for a screen of a given size, whatever the terminal and the environment say, and with a
// terminal description of our own if `entry` is not NULL, instead of one that is installed.
//
// `entry` is a whole variable, `TERMINFO=b64:…`, which ncurses 6.1 and later decode. It and the
// size must stand in the environment while newterm() runs. setenv() could move the list of
// variables under another thread's getenv(), so a copy of the list with them in front is swapped in
// and out again, and left in memory (some hundred bytes for each opening). Returns NULL if there is
// no memory, or as newterm().
SCREEN *cn_newterm(
    const char *entry, const char *name, int height, int width, FILE *output, FILE *input);

// 1 if there is a description of a terminal of this name.
int cn_is_known(const char *name);

// The cells a scalar takes as ncurses counts them: wcwidth().
int cn_scalar_width(uint32_t scalar);

// Makes the calling thread write text as a locale does, and leaves the rest of the process as it
// is. Returns what to give back to cn_restore_locale(); NULL if there is no such locale.
locale_t cn_use_locale(const char *name);

// Undoes cn_use_locale(), given what that returned; does nothing for NULL.
void cn_restore_locale(locale_t previous);

// 1 if the calling thread writes text as UTF-8.
int cn_is_utf8(void);

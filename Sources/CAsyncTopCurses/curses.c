#define _GNU_SOURCE
#define _XOPEN_SOURCE_EXTENDED 1

#include "include/CAsyncTopCurses.h"

#include <fcntl.h>
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <term.h>
#include <unistd.h>
#include <wchar.h>

_Static_assert(sizeof(wchar_t) == sizeof(uint32_t), "a wide character is a scalar");

int cn_put(int row, int column, const uint32_t text[4], unsigned attributes, int pair) {
  const attr_t known[] = {A_BOLD, A_DIM, A_ITALIC, A_UNDERLINE, A_REVERSE};
  attr_t drawn = A_NORMAL;
  for (unsigned bit = 0; bit < 5; bit++) {
    drawn |= attributes & 1u << bit ? known[bit] : 0;
  }
  cchar_t cell;
  // The pair goes through the last argument: the one before it is too short for all of them.
  if (setcchar(&cell, (const wchar_t *)text, drawn, 0, &pair) == ERR) {
    return ERR;
  }
  return mvwadd_wch(stdscr, row, column, &cell);
}

int cn_rows(void) { return getmaxy(stdscr); }

int cn_columns(void) { return getmaxx(stdscr); }

void cn_leave_cursor(void) { leaveok(stdscr, TRUE); }

int cn_colors(void) { return COLORS; }

int cn_color_pairs(void) { return COLOR_PAIRS; }

void cn_repaint_all(void) {
  touchwin(stdscr);
  clearok(curscr, TRUE);
}

void cn_update(void) {
  wnoutrefresh(stdscr);
  doupdate();
}

int cn_open_capture(void) {
  int made = memfd_create("asynctop screen", MFD_CLOEXEC);
  if (made < 0) {
    return -1;
  }
  // Never one of the standard three, which may be closed.
  int kept = fcntl(made, F_DUPFD_CLOEXEC, 3);
  close(made);
  return kept;
}

SCREEN *cn_newterm(
    const char *entry, const char *name, int height, int width, FILE *output, FILE *input) {
  size_t count = 0;
  while (environ && environ[count]) {
    count++;
  }
  enum { SIZE_TEXT = 24 };
  char **copy = malloc((count + 4) * sizeof *copy + 2 * SIZE_TEXT);
  if (!copy) {
    return NULL;
  }
  // term.h has macros called lines and columns.
  char *height_text = (char *)(copy + count + 4), *width_text = height_text + SIZE_TEXT;
  snprintf(height_text, SIZE_TEXT, "LINES=%d", height);
  snprintf(width_text, SIZE_TEXT, "COLUMNS=%d", width);
  // In front, so that they are found before the user's.
  char **next = copy;
  *next++ = height_text;
  *next++ = width_text;
  if (entry) {
    *next++ = (char *)entry;
  }
  memcpy(next, environ, count * sizeof *copy);
  next[count] = NULL;

  char **own = environ;
  environ = copy;
  use_env(TRUE);
  use_tioctl(FALSE);
  SCREEN *screen = newterm(name, output, input);
  environ = own;
  // The copy is never freed: another thread's getenv() may still be walking along it.
  return screen;
}

int cn_is_known(const char *name) {
  // The terminal that is drawn on, if there is one, stays the current one.
  TERMINAL *current = cur_term;
  int result = 0;
  setupterm((char *)name, STDOUT_FILENO, &result);
  if (result == 1) {
    del_curterm(cur_term);
  }
  set_curterm(current);
  return result == 1;
}

int cn_scalar_width(uint32_t scalar) { return wcwidth((wchar_t)scalar); }

locale_t cn_use_locale(const char *name) {
  locale_t named = newlocale(LC_CTYPE_MASK, name, (locale_t)0);
  return named ? uselocale(named) : (locale_t)0;
}

void cn_restore_locale(locale_t previous) {
  if (previous) {
    freelocale(uselocale(previous));
  }
}

int cn_is_utf8(void) { return strcmp(nl_langinfo(CODESET), "UTF-8") == 0; }

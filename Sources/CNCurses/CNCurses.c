#define _GNU_SOURCE
#define _XOPEN_SOURCE_EXTENDED 1

#include "include/CNCurses.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
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

SCREEN *cn_newterm_with_entry(const char *entry, const char *name, FILE *output, FILE *input) {
  size_t count = 0;
  while (environ && environ[count]) {
    count++;
  }
  char **copy = malloc((count + 2) * sizeof *copy);
  if (!copy) {
    return NULL;
  }
  // In front, so that it is found before a TERMINFO of the user's.
  copy[0] = (char *)entry;
  memcpy(copy + 1, environ, count * sizeof *copy);
  copy[count + 1] = NULL;

  char **own = environ;
  environ = copy;
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

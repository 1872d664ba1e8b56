// The start of the probe in a process that it is put into: built only for the shared object that
// `asynctop run` preloads and `asynctop attach --inject` loads into a process that runs.
//
// The object is opened by a descriptor, /proc/self/fd/N, or is a file. The former is for one
// process: it takes its entry out of LD_PRELOAD and closes the descriptor. The latter stays for the
// process's children.
#if defined(TP_PRELOADED)
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "internal.h"
#include "swift_task.h"

// The environment is changed where it lies: setenv would copy it, and what the program reads of it
// under /proc would differ from what it has.

// Takes a variable out, and clears where it was for who reads /proc/self/environ.
static void remove_variable(char **place) {
  memset(*place, 0, strlen(*place));
  for (; *place; place++) place[0] = place[1];
}

// A variable's place in the environment, or null.
static char **find_variable(const char *name) {
  size_t length = strlen(name);
  for (char **place = environ; place && *place; place++) {
    if (strncmp(*place, name, length) == 0 && (*place)[length] == '=') return place;
  }
  return NULL;
}

// Takes an entry out of LD_PRELOAD, with the separator before it, else that after it. The variable
// goes with the entry if it holds nothing else.
static void remove_entry(const char *entry) {
  char **place = find_variable("LD_PRELOAD");
  if (!place) return;
  char *list = *place + strlen("LD_PRELOAD=");
  size_t length = strlen(entry);
  for (char *found = strstr(list, entry); found; found = strstr(found + 1, entry)) {
    char *after = found + length;
    if (found > list && !strchr(": ", found[-1])) continue;
    if (*after && !strchr(": ", *after)) continue;
    if (found == list && !*after) {
      remove_variable(place);
      return;
    }
    if (found > list) found--;
    else after++;
    size_t rest = strlen(after);
    memmove(found, after, rest);
    memset(found + rest, 0, (size_t)(after - found));
    return;
  }
}

static bool starts_stopped(void) {
  char **place = find_variable("ASYNCTOP_WAIT");
  if (place) remove_variable(place);
  return place != NULL;
}

// Called in the process by who takes the probe out again. The code stays, since threads may be in
// it.
static void eject(void) {
  tp_remove_hooks();
  tp_live.header->eject = TP_EJECTED;
  tp_end();
}

__attribute__((constructor)) static void preloaded(void) {
  static const char descriptors[] = "/proc/self/fd/";
  Dl_info own = {0};
  if (!dladdr(&tp_this_copy, &own) || !own.dli_fname) return;
  bool is_for_one = strncmp(own.dli_fname, descriptors, sizeof descriptors - 1) == 0;
  // A copy that is part of the program is called by it, so that one reports.
  struct tp_copy *linked = tp_other_copy();
  bool is_wanted = linked || &_swift_concurrency_debug_asyncTaskMetadata;
  bool stops = (is_for_one || is_wanted) && starts_stopped();
  if (is_for_one) {
    remove_entry(own.dli_fname);
    close(atoi(strrchr(own.dli_fname, '/') + 1));
  }
  if (!is_wanted) return;
  bool reports = linked ? linked->start() : tp_start();
  if (reports && !linked) tp_live.header->eject = (uintptr_t)eject;
  if (reports && stops) raise(SIGSTOP);
}
#endif

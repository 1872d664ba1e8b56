// What starting a process and waiting for it costs without any event loop: a server that does so
// for each message before it sends it back. It has one client at a time, and no need to be clever.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int spawn_and_wait(void) {
  char *arguments[] = {"/bin/true", NULL};
  pid_t child;
  int status;
  if (posix_spawn(&child, arguments[0], NULL, NULL, arguments, environ) != 0) return -1;
  return waitpid(child, &status, 0) == child ? status : -1;
}

static void serve(int client) {
  char bytes[64];
  int yes = 1;
  setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  while (recv(client, bytes, sizeof bytes, MSG_WAITALL) == sizeof bytes) {
    if (spawn_and_wait() != 0) break;
    if (send(client, bytes, sizeof bytes, MSG_NOSIGNAL) != sizeof bytes) break;
  }
  close(client);
}

int main(int count, char **arguments) {
  if (count != 2 || strcmp(arguments[1], "spawn") != 0) {
    return fputs("usage: spawn-floor spawn\nPrints its port and serves until killed.\n", stderr), 2;
  }
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (bind(listener, (struct sockaddr *)&address, length) != 0 || listen(listener, 8) != 0 ||
      getsockname(listener, (struct sockaddr *)&address, &length) != 0) {
    return perror("listen"), 1;
  }
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  for (;;) {
    int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (client < 0) return perror("accept"), 1;
    serve(client);
  }
}

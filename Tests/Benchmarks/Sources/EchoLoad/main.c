// Talks to an echo server and measures how fast it answers; see the usage below.
//
// One thread and one epoll: it must be faster than what it measures, so it does nothing else.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static const char usage[] =
    "usage: echo-load MODE TARGET BYTES CONNECTIONS SECONDS\n\n"
    "MODE is\n"
    "  echo   each connection sends a message, waits until it is back, and begins again\n"
    "  churn  each message has a connection of its own\n"
    "  idle   as echo, but only 32 of the connections talk, after a second in which none does\n"
    "TARGET is tcp:PORT, udp:PORT or unix:PATH.\n\n"
    "Prints a line and waits for one when the connections are there (open), have been silent\n"
    "(quiet SECONDS), have talked a little (warm), and at the end: done, messages a second, p50\n"
    "and p99 of the time until a message was back in microseconds, number of messages. If a byte\n"
    "is lost or another one than was sent, it says so and exits with 1.\n";

enum { LATENCIES = 8 << 20, TALKERS = 32, GREETING = 64, STALL_SECONDS = 5 };

struct connection {
  int descriptor;
  size_t sent, received;
  uint64_t began;
};

static bool churns;
static struct sockaddr_storage target;
static socklen_t target_length;
static int kind;
static char *message, sink[256 * 1024];
static size_t size;
static int poller;
static uint64_t end;         // when no further message begins
static size_t under_way;     // messages
static uint32_t *latencies;  // nanoseconds
static size_t messages, in_time;

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

__attribute__((noreturn, format(printf, 1, 2))) static void fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
  exit(1);
}

static void check(bool is_fine, const char *what) {
  if (!is_fine) fail("%s: %s", what, strerror(errno));
}

static void watch(struct connection *connection, uint32_t events, int operation) {
  struct epoll_event event = {.events = events, .data.ptr = connection};
  check(epoll_ctl(poller, operation, connection->descriptor, &event) == 0, "epoll_ctl");
}

// A closed connection keeps its pair of addresses for a minute: there must be enough of them.
static void bind_to_another_address(int descriptor) {
  static uint32_t number;
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + number++ % 250)};
  int yes = 1;
  setsockopt(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
  check(bind(descriptor, (struct sockaddr *)&address, sizeof address) == 0, "bind");
}

static void open_connection(struct connection *connection) {
  int descriptor = socket(target.ss_family, kind, 0), yes = 1;
  check(descriptor >= 0, "socket");
  struct timeval limit = {.tv_sec = STALL_SECONDS};
  setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  if (churns) bind_to_another_address(descriptor);
  check(connect(descriptor, (struct sockaddr *)&target, target_length) == 0, "connect");
  if (target.ss_family == AF_INET && kind == SOCK_STREAM) {
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  }
  connection->descriptor = descriptor;
  watch(connection, EPOLLIN, EPOLL_CTL_ADD);
}

// After it the server is known to have accepted the connection.
static void greet(struct connection *connection) {
  size_t length = size < GREETING ? size : GREETING;
  ssize_t count = send(connection->descriptor, message, length, MSG_NOSIGNAL);
  check(count == (ssize_t)length, "send");
  count = recv(connection->descriptor, sink, length, MSG_WAITALL);
  if (count < 0 && errno == EAGAIN) fail("the server doesn't answer a new connection");
  check(count >= 0, "recv");
  if (count != (ssize_t)length) fail("the server answers %zu bytes with %zd", length, count);
}

static void send_rest(struct connection *connection) {
  size_t before = connection->sent;
  ssize_t count = send(
      connection->descriptor, message + before, size - before, MSG_NOSIGNAL | MSG_DONTWAIT);
  check(count >= 0 || errno == EAGAIN, "send");
  if (count > 0) connection->sent += (size_t)count;
  if (connection->sent < size) {
    watch(connection, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
  } else if (before > 0) {
    watch(connection, EPOLLIN, EPOLL_CTL_MOD);
  }
}

static void begin(struct connection *connection, uint64_t time) {
  connection->sent = connection->received = 0;
  connection->began = time;
  if (churns) open_connection(connection);
  send_rest(connection);
}

static void complete(struct connection *connection) {
  uint64_t time = now(), spent = time - connection->began;
  if (messages < LATENCIES) latencies[messages] = spent > ~0u ? ~0u : (uint32_t)spent;
  messages++;
  if (churns) close(connection->descriptor);
  if (time < end) {
    in_time++;
    begin(connection, time);
  } else {
    under_way--;
  }
}

static void receive(struct connection *connection) {
  ssize_t count = recv(connection->descriptor, sink, sizeof sink, MSG_DONTWAIT);
  if (count < 0 && errno == EAGAIN) return;
  check(count >= 0, "recv");
  size_t before = connection->received, length = (size_t)count;
  if (length == 0) fail("the server ended a connection after %zu of %zu bytes", before, size);
  if (length > connection->sent - before) fail("the server sent more than it was sent");
  if (memcmp(sink, message + before, length) != 0) fail("the server sent other bytes than it got");
  connection->received += length;
  if (connection->received == size) complete(connection);
}

static void stalled(struct connection *connections, size_t number) {
  for (size_t i = 0; i < number; i++) {
    size_t received = connections[i].received;
    if (connections[i].began == 0 || received == size) continue;
    fail("the server has sent %zu of %zu bytes, then nothing for %d seconds", received, size,
         STALL_SECONDS);
  }
  fail("the server has sent nothing for %d seconds", STALL_SECONDS);
}

// Some of the connections talk; returns once all that they sent has come back.
static void run(struct connection *connections, size_t number, size_t talkers, double seconds) {
  struct epoll_event events[512];
  messages = in_time = 0;
  under_way = talkers;
  uint64_t start = now();
  end = start + (uint64_t)(seconds * 1e9);
  for (size_t i = 0; i < talkers; i++) begin(&connections[i * (number / talkers)], start);
  while (under_way > 0) {
    int count = epoll_wait(poller, events, 512, STALL_SECONDS * 1000);
    if (count == 0) stalled(connections, number);
    for (int i = 0; i < count; i++) {
      if (events[i].events & EPOLLOUT) send_rest(events[i].data.ptr);
      if (events[i].events & ~(uint32_t)EPOLLOUT) receive(events[i].data.ptr);
    }
  }
}

static void be_quiet(void) {
  struct epoll_event event;
  if (epoll_wait(poller, &event, 1, 1000) != 0) fail("something came while nobody talked");
}

__attribute__((format(printf, 1, 2))) static void report(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vprintf(format, arguments);
  va_end(arguments);
  fflush(stdout);
  while (getchar() != '\n') {
    if (feof(stdin)) exit(0);
  }
}

static int earlier(const void *a, const void *b) {
  uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
  return (left > right) - (left < right);
}

static void report_end(double seconds) {
  size_t known = messages < LATENCIES ? messages : LATENCIES;
  qsort(latencies, known, sizeof *latencies, earlier);
  report(
      "done %f %f %f %zu\n", (double)in_time / seconds, latencies[known / 2] / 1e3,
      latencies[known * 99 / 100] / 1e3, messages);
}

static bool parse_target(const char *text) {
  struct sockaddr_un *path = (struct sockaddr_un *)&target;
  struct sockaddr_in *address = (struct sockaddr_in *)&target;
  kind = strncmp(text, "udp:", 4) == 0 ? SOCK_DGRAM : SOCK_STREAM;
  if (strncmp(text, "unix:", 5) == 0) {
    path->sun_family = AF_UNIX;
    strncpy(path->sun_path, text + 5, sizeof path->sun_path - 1);
    target_length = sizeof *path;
    return true;
  }
  address->sin_family = AF_INET;
  address->sin_port = htons((uint16_t)atoi(text + 4));
  address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  target_length = sizeof *address;
  return kind == SOCK_DGRAM || strncmp(text, "tcp:", 4) == 0;
}

int main(int count, char **arguments) {
  if (count != 6 || !parse_target(arguments[2])) return fputs(usage, stderr), 2;
  churns = strcmp(arguments[1], "churn") == 0;
  bool idles = strcmp(arguments[1], "idle") == 0;
  size = strtoul(arguments[3], NULL, 10);
  size_t number = strtoul(arguments[4], NULL, 10), talkers = idles ? TALKERS : number;
  double seconds = atof(arguments[5]);
  if (size == 0 || number < talkers || number == 0) return fputs(usage, stderr), 2;
  message = malloc(size);
  // A prime number of different bytes, so that a piece in the wrong place is noticed.
  for (size_t i = 0; i < size; i++) message[i] = (char)(i % 251);
  latencies = calloc(LATENCIES, sizeof *latencies);
  struct connection *connections = calloc(number, sizeof *connections);
  poller = epoll_create1(0);
  for (size_t i = 0; i < number && !churns; i++) {
    open_connection(&connections[i]);
    greet(&connections[i]);
  }
  report("open\n");
  if (idles) {
    be_quiet();
    report("quiet 1\n");
  }
  run(connections, number, talkers, 0.2);
  report("warm\n");
  run(connections, number, talkers, seconds);
  report_end(seconds);
  return 0;
}

// Talks to an echo server and prints `messages-per-second p50 p99 messages`: the latencies in
// microseconds, and how many messages it sent in all.
//
// Arguments: port, bytes of a message, connections, seconds. Each connection sends a message, waits
// until all of it has come back, and begins again. One thread and one epoll: it must be faster than
// what it measures, so it does nothing else.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LATENCIES = 8 << 20 };

struct connection {
  int descriptor;
  size_t sent, received;
  uint64_t began;
};

static struct connection *connections;
static char *message, sink[256 * 1024];
static size_t size;
static int poller;
static uint32_t *latencies;  // nanoseconds
static size_t latency_count, messages;

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void watch(struct connection *connection, uint32_t events, int operation) {
  struct epoll_event event = {.events = events, .data.ptr = connection};
  if (epoll_ctl(poller, operation, connection->descriptor, &event) != 0) fail("epoll_ctl");
}

static void send_rest(struct connection *connection) {
  size_t before = connection->sent;
  ssize_t count = send(
      connection->descriptor, message + before, size - before, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (count < 0 && errno != EAGAIN) fail("send");
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
  send_rest(connection);
}

static void receive(struct connection *connection) {
  ssize_t count = recv(connection->descriptor, sink, sizeof sink, MSG_DONTWAIT);
  if (count < 0 && errno == EAGAIN) return;
  if (count <= 0) fail("recv");
  connection->received += (size_t)count;
  if (connection->received < size) return;
  messages++;
  uint64_t time = now(), spent = time - connection->began;
  if (latency_count < LATENCIES) latencies[latency_count++] = spent > ~0u ? ~0u : (uint32_t)spent;
  begin(connection, time);
}

static void run(double seconds) {
  uint64_t end = now() + (uint64_t)(seconds * 1e9);
  struct epoll_event events[512];
  while (now() < end) {
    int count = epoll_wait(poller, events, 512, 100);
    for (int i = 0; i < count; i++) {
      if (events[i].events & EPOLLOUT) send_rest(events[i].data.ptr);
      if (events[i].events & EPOLLIN) receive(events[i].data.ptr);
    }
  }
}

static int earlier(const void *a, const void *b) {
  uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
  return (left > right) - (left < right);
}

int main(int count, char **arguments) {
  if (count != 5) return fprintf(stderr, "port bytes connections seconds\n"), 2;
  size = strtoul(arguments[2], NULL, 10);
  size_t number = strtoul(arguments[3], NULL, 10);
  message = malloc(size);
  memset(message, 'a', size);
  latencies = malloc(LATENCIES * sizeof *latencies);
  connections = calloc(number, sizeof *connections);
  poller = epoll_create1(0);
  for (size_t i = 0; i < number; i++) {
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(arguments[1])),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int descriptor = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
    if (connect(descriptor, (struct sockaddr *)&address, sizeof address) != 0) fail("connect");
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    connections[i].descriptor = descriptor;
    watch(&connections[i], EPOLLIN, EPOLL_CTL_ADD);
  }
  uint64_t start = now();
  for (size_t i = 0; i < number; i++) begin(&connections[i], start);
  run(0.3);
  latency_count = 0;
  start = now();
  run(atof(arguments[4]));
  double spent = (double)(now() - start) / 1e9;
  if (latency_count == 0) return 1;
  qsort(latencies, latency_count, sizeof *latencies, earlier);
  printf(
      "%f %f %f %zu\n", (double)latency_count / spent, latencies[latency_count / 2] / 1e3,
      latencies[latency_count * 99 / 100] / 1e3, messages);
  return 0;
}

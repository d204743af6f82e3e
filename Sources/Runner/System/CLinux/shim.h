// What Swift's Glibc module leaves out of Linux: epoll, eventfd, accept4, statfs, malloc's settings,
// and the file-lock calls whose macros or variadic forms Swift cannot see.
#ifndef RUNNER_CLINUX_SHIM_H
#define RUNNER_CLINUX_SHIM_H
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <time.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <linux/sockios.h>
#include <netdb.h>
#include <string.h>

// accept4 is a GNU extension. _GNU_SOURCE itself would change types that Swift's Glibc has already.
int accept4(int listener, struct sockaddr *address, socklen_t *length, int flags);
static inline int linux_accept(int listener, struct sockaddr *address, socklen_t *length) {
    return accept4(listener, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

// Sockets and epoll, as functions of plain types: Swift sees C's flags as enumerations of many kinds.
static inline int linux_stream_socket(int family) {
    return socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}
static inline int linux_set_option(int descriptor, int level, int name, int value) {
    return setsockopt(descriptor, level, name, &value, sizeof value);
}
static inline int linux_set_reuse_address(int descriptor) {
    return linux_set_option(descriptor, SOL_SOCKET, SO_REUSEADDR, 1);
}
static inline int linux_set_no_delay(int descriptor) {
    return linux_set_option(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
}
static inline int linux_set_ipv6_only(int descriptor, int value) {
    return linux_set_option(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, value);
}
// After this, close sends RST: the peer learns that what it has is not whole.
static inline int linux_set_reset_on_close(int descriptor) {
    struct linger linger = {.l_onoff = 1, .l_linger = 0};
    return setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
}
static inline ssize_t linux_send(int descriptor, const void *bytes, size_t count) {
    return send(descriptor, bytes, count, MSG_NOSIGNAL);
}
static inline ssize_t linux_receive(int descriptor, void *bytes, size_t count) {
    return recv(descriptor, bytes, count, 0);
}
static inline int linux_shutdown_write(int descriptor) { return shutdown(descriptor, SHUT_WR); }
// How many bytes the peer has not acknowledged yet.
static inline int linux_unacknowledged(int descriptor) {
    int count = 0;
    return ioctl(descriptor, SIOCOUTQ, &count) == 0 ? count : 0;
}
// Of a name longer than 15 bytes, nothing is set.
int pthread_setname_np(unsigned long thread, const char *name);
static inline int linux_name_thread(unsigned long thread, const char *name) { return pthread_setname_np(thread, name); }
// As many descriptors as the system allows: the usual soft limit is for programs that use select.
static inline void linux_raise_descriptor_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}
static inline int linux_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }
static inline int linux_eventfd(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }
static inline int linux_epoll_add(int epoll, int descriptor, unsigned int events, unsigned long long tag) {
    struct epoll_event event = {.events = events, .data = {.u64 = tag}};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}
static inline int linux_epoll_change(int epoll, int descriptor, unsigned int events, unsigned long long tag) {
    struct epoll_event event = {.events = events, .data = {.u64 = tag}};
    return epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, &event);
}
static const unsigned int linux_epoll_in = EPOLLIN, linux_epoll_out = EPOLLOUT,
    linux_epoll_peer_finished = EPOLLRDHUP, linux_epoll_hang_up = EPOLLHUP, linux_epoll_error = EPOLLERR;
static const unsigned int linux_epoll_edge_triggered = EPOLLET;
static inline long long linux_monotonic_milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
static inline long long linux_wall_milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
static inline long long linux_monotonic_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000000000 + now.tv_nsec;
}
// Waits at most so long; the clock is the condition's own. Swift sees timespec's members in one of
// several modules only, whichever was loaded first.
static inline int linux_condition_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, int clock,
                                       long long milliseconds) {
    struct timespec end;
    clock_gettime(clock, &end);
    end.tv_sec += milliseconds / 1000;
    end.tv_nsec += milliseconds % 1000 * 1000000;
    if (end.tv_nsec >= 1000000000) { end.tv_sec++; end.tv_nsec -= 1000000000; }
    return pthread_cond_timedwait(condition, mutex, &end);
}
// A GNU extension, as accept4 is.
int syncfs(int descriptor);
static inline int linux_open(const char *path, int flags, unsigned int mode) { return open(path, flags, mode); }
static inline int linux_fcntl(int descriptor, int command, int value) { return fcntl(descriptor, command, value); }
static inline long linux_filesystem_type(const char *path) {
    struct statfs information;
    return statfs(path, &information) == 0 ? (long)information.f_type : -1;
}
// environ is a variable that other threads could change, which Swift refuses to touch.
static inline char **linux_environment(void) {
    extern char **environ;
    return environ;
}
// The bytes that an unprivileged process may still write; -1 where it cannot be told.
static inline long long linux_free_bytes(const char *path) {
    struct statvfs information;
    if (statvfs(path, &information) != 0) return -1;
    return (long long)information.f_bavail * (long long)information.f_frsize;
}
#endif

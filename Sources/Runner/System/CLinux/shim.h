// What Swift's Glibc module leaves out of Linux: epoll, eventfd, accept4, statfs, malloc's settings,
// and the file-lock calls whose macros or variadic forms Swift cannot see.
#ifndef RUNNER_CLINUX_SHIM_H
#define RUNNER_CLINUX_SHIM_H
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

// accept4 is a GNU extension. _GNU_SOURCE itself would change types that Swift's Glibc has already.
int accept4(int listener, struct sockaddr *address, socklen_t *length, int flags);
static inline int linux_accept(int listener, struct sockaddr *address, socklen_t *length) {
    return accept4(listener, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}
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

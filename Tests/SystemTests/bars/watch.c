// What a process writes, syncs and answers, in the order of its calls: a line for each at the end of
// the file that WATCH_LOG names. Preloaded into the service and into PostgreSQL; see synced.py.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int journal = -1;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("WATCH_LOG");
    if (path) journal = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
}

// One write at the end of a file is not mixed with another's.
static void tell(const char *what, const char *about, int length) {
    if (journal < 0) return;
    int before = errno;
    char line[4200];
    int count = snprintf(line, sizeof line, "%s %.*s\n", what, length, about);
    if (count >= (int)sizeof line || write(journal, line, count) != count) abort();
    errno = before;
}

static void tell_file(const char *what, int descriptor) {
    int before = errno;
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path);
    tell(what, path, length < 0 ? 0 : (int)length);
    errno = before;
}

// The call's own function, behind this one.
#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define SYNCS(name)                                                   \
    int name(int descriptor) {                                        \
        int code = NEXT(name)(descriptor);                            \
        tell_file(code == 0 ? "synced" : "unsynced", descriptor);     \
        return code;                                                  \
    }
SYNCS(fdatasync)
SYNCS(fsync)

// Told when it is done, as a sync is: what the line of a sync follows had been written.
#define WRITES(name, offset_type)                                                          \
    ssize_t name(int descriptor, const void *bytes, size_t count, offset_type offset) {    \
        ssize_t written = NEXT(name)(descriptor, bytes, count, offset);                    \
        tell_file("wrote", descriptor);                                                    \
        return written;                                                                    \
    }
WRITES(pwrite, off_t)
WRITES(pwrite64, off64_t)

// An answer that names its request's key is told before anybody can have it.
ssize_t send(int descriptor, const void *bytes, size_t count, int flags) {
    static const char version[] = "HTTP/1.1 ", field[] = "\r\nIdempotency-Key: ";
    const char *text = bytes, *end = text + count;
    if (count > 12 && memcmp(text, version, 9) == 0) {
        const char *key = memmem(text, count, field, sizeof field - 1);
        const char *rest = key ? key + sizeof field - 1 : NULL;
        const char *stop = rest ? memchr(rest, '\r', end - rest) : NULL;
        if (stop) {
            char what[16];
            snprintf(what, sizeof what, "answered-%.3s", text + 9);
            tell(what, rest, (int)(stop - rest));
        }
    }
    return NEXT(send)(descriptor, bytes, count, flags);
}

// A file system for SQLite's writer, "gathered-log": the default one, but for the write-ahead log.
//
// SQLite writes a frame of the log in two pieces, a head of 24 bytes and a page: two system calls,
// several hundred times a commit. Here pieces that follow each other are gathered and written in one
// call, at the latest when SQLite syncs the log, which is before it tells a reader of the new frames.
// So it is for connections with `synchronous=FULL` only, which sync the log with every commit.
//
// https://www.sqlite.org/vfs.html
#ifndef RUNNER_CSQLITE_GATHERED_LOG_H
#define RUNNER_CSQLITE_GATHERED_LOG_H
#include <sqlite3.h>
#include <string.h>

#define GATHERED_LOG_NAME "gathered-log"
// SQLite's own file system takes less than 128 KiB in one piece.
enum { gathered_log_capacity = 64 * 1024 };

// The default file system's own file lies behind it.
typedef struct {
    sqlite3_file base;
    sqlite3_file *file;
    unsigned char *bytes;
    int count;
    // Where the first gathered byte belongs.
    sqlite3_int64 offset;
} gathered_log;

static inline int gathered_log_flush(gathered_log *log) {
    if (log->count == 0) return SQLITE_OK;
    int code = log->file->pMethods->xWrite(log->file, log->bytes, log->count, log->offset);
    // After a failure SQLite takes the frames back: they are not written again behind its back.
    log->count = 0;
    return code;
}

static int gathered_log_write(sqlite3_file *base, const void *bytes, int count, sqlite3_int64 offset) {
    gathered_log *log = (gathered_log *)base;
    if (log->count > 0 && (offset != log->offset + log->count || log->count + count > gathered_log_capacity)) {
        int code = gathered_log_flush(log);
        if (code != SQLITE_OK) return code;
    }
    if (count > gathered_log_capacity) return log->file->pMethods->xWrite(log->file, bytes, count, offset);
    if (log->count == 0) log->offset = offset;
    memcpy(log->bytes + log->count, bytes, count);
    log->count += count;
    return SQLITE_OK;
}
static int gathered_log_read(sqlite3_file *base, void *bytes, int count, sqlite3_int64 offset) {
    gathered_log *log = (gathered_log *)base;
    int code = gathered_log_flush(log);
    return code != SQLITE_OK ? code : log->file->pMethods->xRead(log->file, bytes, count, offset);
}
static int gathered_log_truncate(sqlite3_file *base, sqlite3_int64 size) {
    gathered_log *log = (gathered_log *)base;
    int code = gathered_log_flush(log);
    return code != SQLITE_OK ? code : log->file->pMethods->xTruncate(log->file, size);
}
static int gathered_log_sync(sqlite3_file *base, int flags) {
    gathered_log *log = (gathered_log *)base;
    int code = gathered_log_flush(log);
    return code != SQLITE_OK ? code : log->file->pMethods->xSync(log->file, flags);
}
static int gathered_log_size(sqlite3_file *base, sqlite3_int64 *size) {
    gathered_log *log = (gathered_log *)base;
    int code = gathered_log_flush(log);
    return code != SQLITE_OK ? code : log->file->pMethods->xFileSize(log->file, size);
}
static int gathered_log_close(sqlite3_file *base) {
    gathered_log *log = (gathered_log *)base;
    int flushed = gathered_log_flush(log);
    int closed = log->file->pMethods->xClose(log->file);
    sqlite3_free(log->bytes);
    return flushed != SQLITE_OK ? flushed : closed;
}
static int gathered_log_lock(sqlite3_file *base, int level) {
    gathered_log *log = (gathered_log *)base;
    return log->file->pMethods->xLock(log->file, level);
}
static int gathered_log_unlock(sqlite3_file *base, int level) {
    gathered_log *log = (gathered_log *)base;
    return log->file->pMethods->xUnlock(log->file, level);
}
static int gathered_log_check_lock(sqlite3_file *base, int *is_locked) {
    gathered_log *log = (gathered_log *)base;
    return log->file->pMethods->xCheckReservedLock(log->file, is_locked);
}
static int gathered_log_control(sqlite3_file *base, int operation, void *argument) {
    gathered_log *log = (gathered_log *)base;
    return log->file->pMethods->xFileControl(log->file, operation, argument);
}
static int gathered_log_sector(sqlite3_file *base) {
    gathered_log *log = (gathered_log *)base;
    return log->file->pMethods->xSectorSize(log->file);
}
static int gathered_log_characteristics(sqlite3_file *base) {
    gathered_log *log = (gathered_log *)base;
    return log->file->pMethods->xDeviceCharacteristics(log->file);
}

static int gathered_log_open(sqlite3_vfs *self, const char *name, sqlite3_file *base, int flags, int *found) {
    static const sqlite3_io_methods methods = {
        .iVersion = 1,
        .xClose = gathered_log_close,
        .xRead = gathered_log_read,
        .xWrite = gathered_log_write,
        .xTruncate = gathered_log_truncate,
        .xSync = gathered_log_sync,
        .xFileSize = gathered_log_size,
        .xLock = gathered_log_lock,
        .xUnlock = gathered_log_unlock,
        .xCheckReservedLock = gathered_log_check_lock,
        .xFileControl = gathered_log_control,
        .xSectorSize = gathered_log_sector,
        .xDeviceCharacteristics = gathered_log_characteristics,
    };
    sqlite3_vfs *standard = sqlite3_vfs_find(0);
    if (!(flags & SQLITE_OPEN_WAL)) return standard->xOpen(standard, name, base, flags, found);
    gathered_log *log = (gathered_log *)base;
    memset(log, 0, sizeof *log);
    log->file = (sqlite3_file *)(log + 1);
    log->bytes = sqlite3_malloc(gathered_log_capacity);
    if (!log->bytes) return SQLITE_NOMEM;
    int code = standard->xOpen(standard, name, log->file, flags, found);
    if (code != SQLITE_OK) {
        sqlite3_free(log->bytes);
        return code;
    }
    log->base.pMethods = &methods;
    return SQLITE_OK;
}

// Once, before it is named by a connection.
static inline int gathered_log_register(void) {
    static sqlite3_vfs system;
    int code = sqlite3_initialize();
    if (code != SQLITE_OK) return code;
    system = *sqlite3_vfs_find(0);
    system.pNext = 0;
    system.zName = GATHERED_LOG_NAME;
    system.szOsFile += (int)sizeof(gathered_log);
    system.xOpen = gathered_log_open;
    return sqlite3_vfs_register(&system, 0);
}
#endif

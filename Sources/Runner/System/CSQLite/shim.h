// SQLite's configuration calls are variadic and SQLITE_TRANSIENT is a cast: neither reaches Swift.
// A UUID is two numbers in Swift and sixteen bytes, most significant first, in the file.
#ifndef RUNNER_CSQLITE_SHIM_H
#define RUNNER_CSQLITE_SHIM_H
#include <sqlite3.h>
#include "gathered_log.h"
#include <stdint.h>
#include <string.h>

static inline int sqlite_shim_bind_text(sqlite3_stmt *statement, int index, const char *text, int count) {
    return sqlite3_bind_text(statement, index, text, count, SQLITE_TRANSIENT);
}
static inline int sqlite_shim_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, int count) {
    return sqlite3_bind_blob(statement, index, bytes, count, SQLITE_TRANSIENT);
}
static inline int sqlite_shim_bind_uuid(sqlite3_stmt *statement, int index, uint64_t high, uint64_t low) {
    uint64_t halves[2] = {__builtin_bswap64(high), __builtin_bswap64(low)};
    return sqlite3_bind_blob(statement, index, halves, 16, SQLITE_TRANSIENT);
}
// Answers 0 where the column does not hold sixteen bytes.
static inline int sqlite_shim_column_uuid(sqlite3_stmt *statement, int column, uint64_t *high, uint64_t *low) {
    const void *bytes = sqlite3_column_blob(statement, column);
    if (!bytes || sqlite3_column_bytes(statement, column) != 16) return 0;
    uint64_t halves[2];
    memcpy(halves, bytes, 16);
    *high = __builtin_bswap64(halves[0]);
    *low = __builtin_bswap64(halves[1]);
    return 1;
}
static inline int sqlite_shim_config_integer(int option, int value) { return sqlite3_config(option, value); }
static inline int sqlite_shim_db_config(sqlite3 *database, int option, int value) {
    return sqlite3_db_config(database, option, value, (int *)0);
}
#endif

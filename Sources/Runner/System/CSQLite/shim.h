// SQLite's configuration calls are variadic and SQLITE_TRANSIENT is a cast: neither reaches Swift.
// A UUID is two numbers in Swift and sixteen bytes, most significant first, in the file.
#ifndef RUNNER_CSQLITE_SHIM_H
#define RUNNER_CSQLITE_SHIM_H
#include <sqlite3.h>
#include "gathered_log.h"
#include <stdint.h>
#include <string.h>

// A statement and its texts and blobs, which stay until it is run again: SQLite would take memory for
// each of them, and give it back, at every run.
typedef struct {
    sqlite3_stmt *statement;
    int count;
    unsigned char bytes[512];
} sqlite_shim_parameters;

// A copy, for as long as the statement is bound; null where it does not fit.
static inline const void *sqlite_shim_keep(sqlite_shim_parameters *parameters, const void *bytes, int count) {
    if (count > (int)sizeof parameters->bytes - parameters->count) return (const void *)0;
    unsigned char *kept = parameters->bytes + parameters->count;
    memcpy(kept, bytes, count);
    parameters->count += count;
    return kept;
}
static inline int sqlite_shim_bind_text(sqlite_shim_parameters *parameters, int index, const char *text, int count) {
    const char *kept = sqlite_shim_keep(parameters, text, count);
    if (!kept) return sqlite3_bind_text(parameters->statement, index, text, count, SQLITE_TRANSIENT);
    return sqlite3_bind_text(parameters->statement, index, kept, count, SQLITE_STATIC);
}
static inline int sqlite_shim_bind_blob(sqlite_shim_parameters *parameters, int index, const void *bytes, int count) {
    const void *kept = sqlite_shim_keep(parameters, bytes, count);
    if (!kept) return sqlite3_bind_blob(parameters->statement, index, bytes, count, SQLITE_TRANSIENT);
    return sqlite3_bind_blob(parameters->statement, index, kept, count, SQLITE_STATIC);
}
static inline int sqlite_shim_bind_uuid(sqlite_shim_parameters *parameters, int index, uint64_t high, uint64_t low) {
    uint64_t halves[2] = {__builtin_bswap64(high), __builtin_bswap64(low)};
    return sqlite_shim_bind_blob(parameters, index, halves, 16);
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

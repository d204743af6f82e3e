// SQLite's configuration calls are variadic and SQLITE_TRANSIENT is a cast: neither reaches Swift.
#ifndef RUNNER_CSQLITE_SHIM_H
#define RUNNER_CSQLITE_SHIM_H
#include <sqlite3.h>

static inline int sqlite_shim_bind_text(sqlite3_stmt *statement, int index, const char *text, int count) {
    return sqlite3_bind_text(statement, index, text, count, SQLITE_TRANSIENT);
}
static inline int sqlite_shim_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, int count) {
    return sqlite3_bind_blob(statement, index, bytes, count, SQLITE_TRANSIENT);
}
static inline int sqlite_shim_config_integer(int option, int value) { return sqlite3_config(option, value); }
static inline int sqlite_shim_db_config(sqlite3 *database, int option, int value) {
    return sqlite3_db_config(database, option, value, (int *)0);
}
#endif

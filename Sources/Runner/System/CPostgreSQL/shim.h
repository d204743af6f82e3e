// libpq, and what Swift cannot say to it: a field of an error result is named by a character, and
// notices go to standard error unless somebody takes them.
#ifndef RUNNER_CPOSTGRESQL_SHIM_H
#define RUNNER_CPOSTGRESQL_SHIM_H
#include <libpq-fe.h>
#include <arpa/inet.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#ifndef LIBPQ_HAS_PIPELINING
#error "libpq 14 or later is needed"
#endif

static inline const char *postgresql_error_severity(const PGresult *result) { return PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED); }
static inline const char *postgresql_error_state(const PGresult *result) { return PQresultErrorField(result, PG_DIAG_SQLSTATE); }
static inline const char *postgresql_error_message(const PGresult *result) { return PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY); }
static inline const char *postgresql_error_constraint(const PGresult *result) { return PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME); }

static inline void postgresql_drop_notice(void *context, const PGresult *result) { (void)context; (void)result; }
static inline void postgresql_drop_notices(PGconn *connection) {
    PQsetNoticeReceiver(connection, postgresql_drop_notice, 0);
}

// The addresses of a name, separated by commas. Answers 0 or an error of getaddrinfo.
static inline int postgresql_look_up(const char *name, char *text, size_t size) {
    struct addrinfo hints, *found = 0;
    memset(&hints, 0, sizeof hints);
    hints.ai_socktype = SOCK_STREAM;
    int code = getaddrinfo(name, 0, &hints, &found);
    if (code != 0) return code;
    size_t used = 0;
    for (struct addrinfo *each = found; each; each = each->ai_next) {
        char address[INET6_ADDRSTRLEN];
        const void *bytes = each->ai_family == AF_INET
            ? (const void *)&((struct sockaddr_in *)each->ai_addr)->sin_addr
            : (const void *)&((struct sockaddr_in6 *)each->ai_addr)->sin6_addr;
        if (!inet_ntop(each->ai_family, bytes, address, sizeof address)) continue;
        size_t length = strlen(address);
        if (used + length + 2 > size) break;
        if (used) text[used++] = ',';
        memcpy(text + used, address, length);
        used += length;
    }
    freeaddrinfo(found);
    text[used] = 0;
    return used ? 0 : EAI_NONAME;
}
#endif

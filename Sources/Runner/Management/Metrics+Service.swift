import CLinux
package import Functions
import Glibc

// The numbers of the service's parts, under the names that dashboards know.
extension Metrics {
    package func watch(connections: HTTPServer) {
        gauge("orders_connections", "Connections to the gateway or function.") {
            Double(connections.connectionCount)
        }
    }

    /// Lines that the log lost.
    package func watch(log: StandardLog) {
        counted("orders_log_lines_dropped_total", "Log lines that nobody read in time.") {
            log.dropped
        }
    }

    package func watch(disk dataDirectory: String) {
        gauge("orders_disk_free_bytes", "Room that is left in DATA_DIR.") {
            Double(unsafe linux_free_bytes(dataDirectory))
        }
    }

    /// How often a token was remembered, and how often somebody had to be asked.
    package func watch(tokens: TokenCheck) {
        let help = "Tokens that were remembered (hit) or had to be checked (miss)."
        let family = MetricFamily("orders_token_cache_total", .counter, help)
        add {
            [
                MetricSample(family, labels: [("result", "hit")], Double(tokens.cacheHits.value)),
                MetricSample(
                    family,
                    labels: [("result", "miss")],
                    Double(tokens.cacheMisses.value)
                ),
            ]
        }
    }

    package func watch(writeAheadLogOf path: String) {
        gauge("orders_wal_bytes", "The size of SQLite's write-ahead log.") {
            var information = stat()
            return unsafe stat(path + "-wal", &information) == 0 ? Double(information.st_size) : 0
        }
    }

    /// What waits in a file's outbox and how long it is overdue.
    package func watch(outboxAt path: String) {
        add { OutboxNumbers.read(path)?.samples(now: SystemClock.now()) ?? [] }
    }
}

extension LetterDelivery {
    /// The same, with every outcome counted.
    package func counted(in metrics: Metrics) -> LetterDelivery {
        func counter(_ outcome: String) -> MetricCounter {
            metrics.counter(
                "orders_letters_total",
                "Attempts to send a letter, by outcome.",
                labels: [("outcome", outcome)]
            )
        }
        let (sent, rejected, later) = (counter("sent"), counter("rejected"), counter("later"))
        let send = send
        return LetterDelivery { letter in
            let outcome = await send(letter)
            switch outcome {
            case .sent: sent.add()
            case .rejected: rejected.add()
            case .later: later.add()
            }
            return outcome
        }
    }
}

/// What the outbox holds at a moment.
struct OutboxNumbers {
    /// More are not counted: a look must not cost more the worse things are.
    static let limit = 10_000

    let waiting: Int64
    /// When the one that has waited longest was due.
    let oldestDue: Timestamp?
    let failed: Int64

    /// Nil where the store cannot be read now.
    static func read(_ path: String) -> OutboxNumbers? {
        do {
            let database = try StoreAudit.openForReading(path)
            let statement = try Statement(
                database,
                """
                SELECT (SELECT count(*) FROM
                        (SELECT 1 FROM letters WHERE status = 'queued' LIMIT \(limit))),
                    (SELECT min(due_at) FROM letters WHERE status = 'queued'),
                    (SELECT count(*) FROM
                        (SELECT 1 FROM letters WHERE status = 'failed' LIMIT \(limit)))
                """,
                isKept: false
            )
            let rows = try statement.all { row throws(DatabaseError) in
                OutboxNumbers(
                    waiting: row.integer(0),
                    oldestDue: row.optionalMoment(1),
                    failed: row.integer(2)
                )
            }
            return rows.first
        } catch {
            return nil
        }
    }

    func samples(now: Timestamp) -> [MetricSample] {
        let lag = oldestDue.map { max(0, now.milliseconds - $0.milliseconds) } ?? 0
        let limit = "(counted up to \(OutboxNumbers.limit))"
        return [
            MetricSample(
                MetricFamily("orders_outbox_waiting", .gauge, "Events not yet delivered \(limit)."),
                Double(waiting)
            ),
            MetricSample(
                MetricFamily(
                    "orders_outbox_lag_seconds",
                    .gauge,
                    "How long the oldest is overdue."
                ),
                Double(lag) / 1_000
            ),
            MetricSample(
                MetricFamily("orders_letters_failed", .gauge, "Letters that failed \(limit)."),
                Double(failed)
            ),
        ]
    }
}

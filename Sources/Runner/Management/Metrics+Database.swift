extension Metrics {
    /// What the connections to the database do, and what waits for one.
    ///
    /// The database is asked nothing: a look must not add to its load, nor wait for it.
    package func watch(store: PostgreSQLStore) {
        gauge("orders_database_reachable", "Whether the database answers: 1 or 0.") {
            store.thread.contact.state == .there ? 1 : 0
        }
        let connections = MetricFamily(
            "orders_database_connections",
            .gauge,
            "Connections of this process to the database, by what they do."
        )
        let waiting = MetricFamily(
            "orders_database_waiting",
            .gauge,
            "Transactions and queries of this process that wait for a connection."
        )
        add {
            store.thread.load.connections.map { state, count in
                MetricSample(connections, labels: [("state", state)], Double(count))
            }
                + store.waiting.map { kind, count in
                    MetricSample(waiting, labels: [("kind", kind)], Double(count))
                }
        }
    }
}

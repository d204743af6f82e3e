internal import Functions

/// Counts and logs every request: the one place where an answer leaves a trace.
package final class RequestReport: RequestObserver {
    /// The status that stands for a client who left before the answer.
    static let gone = 499

    private let metrics: Metrics
    private let log: any Log

    package init(metrics: Metrics, log: any Log) {
        self.metrics = metrics
        self.log = log
    }

    package func began(_ exchange: Exchange, function: String) {
        guard let index = metrics.requests.index(of: function) else { return }
        metrics.requests.begin(function: index, loop: exchange.loop)
    }

    package func ended(_ exchange: Exchange, function: String?, status: Int, startedAt: UInt64) {
        let nanoseconds = SystemClock.nanoseconds() &- startedAt
        if let index = function.flatMap(metrics.requests.index) {
            metrics.requests.end(
                function: index,
                loop: exchange.loop,
                status: status,
                nanoseconds: nanoseconds
            )
        }
        let level = status >= 500 ? LogLevel.warning : .info
        guard log.isEnabled(level) else { return }
        log.write(
            level,
            "request",
            [
                ("method", exchange.head.method.rawValue),
                ("path", String(decoding: exchange.head.path.prefix(256), as: UTF8.self)),
                ("status", String(status)), ("function", function ?? "-"),
                ("milliseconds", RequestReport.milliseconds(nanoseconds)),
                ("requestId", exchange.requestID.text),
            ]
        )
    }

    /// With one digit behind the point.
    private static func milliseconds(_ nanoseconds: UInt64) -> String {
        let tenths = nanoseconds / 100_000
        return "\(tenths / 10).\(tenths % 10)"
    }
}

internal import CLinux
internal import Functions
internal import Glibc

/// The process's log on a descriptor: text on a terminal, JSON lines elsewhere.
///
/// Never blocks and never ends the service, whoever reads or does not.
package final class StandardLog: Log, Sendable {
    private let level: LogLevel
    private let format: Settings.LogFormat
    private let queue: LogQueue

    package init(
        level: LogLevel = .info,
        format: Settings.LogFormat? = nil,
        descriptor: Int32 = STDERR_FILENO
    ) {
        self.level = level
        self.format = format ?? (isatty(descriptor) == 1 ? .text : .json)
        queue = LogQueue(descriptor: descriptor)
    }

    package convenience init(settings: Settings) {
        self.init(level: settings.logLevel, format: settings.logFormat)
    }

    package var isText: Bool { format == .text }

    /// Lines that were lost since nobody read them.
    package var dropped: Int { queue.dropped }

    package func isEnabled(_ level: LogLevel) -> Bool { level >= self.level }

    package func write(
        _ level: LogLevel,
        _ message: String,
        _ values: [(name: String, value: String)]
    ) {
        guard isEnabled(level) else { return }
        let now = SystemClock.now()
        queue.append(
            format == .json
                ? LogText.json(now, level, message, values)
                : LogText.plain(now, level, message, values)
        )
    }

    /// Writes text for a person as it stands, whatever the level.
    package func show(_ text: String) { queue.append(Array(text.utf8)) }

    /// To be called before the process ends.
    package func flush() { queue.flush(milliseconds: 500) }
}

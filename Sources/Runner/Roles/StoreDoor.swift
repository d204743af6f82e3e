internal import CLinux
internal import Functions
internal import Glibc

/// What a process opens its store with.
struct StoreRequest: Sendable {
    let settings: Settings
    let secret: Secret
    let log: any Log
    /// How many loops read.
    var readers = 1
    /// Whether it brings the schema up to date: `serve` does, functions and the worker never do.
    var migrates = false
    /// Called after a commit of this process that left new events waiting.
    var onEvents: @Sendable () -> Void = {}
    /// Told why the store does not answer any more, and nil once it does again.
    var onHealth: @Sendable (String?) -> Void = { _ in }

    /// How a letter is addressed that is sent once more.
    var chooseRecipient: @Sendable (Contact) -> Recipient {
        let configuration = FunctionConfiguration(settings)
        return { Recipient.choose($0, configuration) }
    }
}

/// A store, whichever it is, and what only its owner does with it.
struct OpenedStore: Sendable {
    let store: any Store
    /// Where the rows are, without what nobody should read.
    let place: String
    /// Says where the owner of a file can be reached.
    var writeOwner: @Sendable (String) -> Void = { _ in }
    /// Adds the store's numbers.
    var watch: @Sendable (Metrics) -> Void = { _ in }
    /// Adds the numbers of the outbox, which one process of a store tells: the one that works it off.
    var watchOutbox: @Sendable (Metrics) -> Void = { _ in }
    /// Finishes what was submitted; nothing else may be asked of it then.
    let close: @Sendable () -> Void
}

/// The store cannot be used now, but may be later: its server is away, or its schema too old.
struct StoreNotYet: Error, CustomStringConvertible {
    let reason: String

    var description: String { reason }
}

/// Opens the store that the settings name.
typealias StoreOpener = @Sendable (StoreRequest) async throws -> OpenedStore

enum StoreDoor {
    /// - Throws: `StoreNotYet` where another attempt makes sense.
    static func open(_ request: StoreRequest) async throws -> OpenedStore {
        switch request.settings.database {
        case .sqlite(let path): try openFile(path, request)
        case .postgresql(let url): try await openShared(url, request)
        }
    }

    private static func openFile(_ path: String, _ request: StoreRequest) throws -> OpenedStore {
        let log = request.log
        var options = SQLiteOptions(
            place: .file(path),
            currency: request.settings.currency,
            secretKey: request.secret,
            now: SystemClock.now,
            makeIdentifier: { Identifiers.shared.next() },
            chooseRecipient: request.chooseRecipient,
            log: log,
            onFatal: { reason in
                // What the disk holds is not known any more: only a new start can tell.
                log.error("the disk has failed, the service ends", [("reason", reason)])
                (log as? StandardLog)?.flush()
                _exit(ExitCode.failure)
            }
        )
        options.readers = request.readers
        options.onEvents = request.onEvents
        let store = try SQLiteStore(options)
        if let last = store.greatestIdentifier { Identifiers.shared.rise(above: last) }
        return OpenedStore(
            store: store,
            place: path,
            writeOwner: { store.writeOwner($0) },
            watch: { $0.watch(writeAheadLogOf: path) },
            watchOutbox: { $0.watch(outboxAt: path) },
            close: { store.close() }
        )
    }
}

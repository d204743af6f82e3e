import Functions
import Glibc
import Runner
import Testing

/// The mailbox of files: many letters at once, a disk that fails, and what a crash leaves behind.
struct MailboxTests {
    private let directory: TestDirectory

    init() throws { directory = try TestDirectory() }

    private struct NoCaller: HTTPCaller {
        func call(
            _ method: Method,
            _ url: String,
            fields: [(name: String, value: String)],
            body: ContiguousArray<UInt8>?
        ) async -> HTTPCallOutcome { .failed(reason: "there is none") }
    }

    private static func sender(_ place: String) throws -> LetterSender {
        var settings = Settings()
        settings.dataDirectory = place
        return try LetterSender(settings, client: NoCaller())
    }

    private static func letter(_ number: UInt64, title: String = "Самовар") -> OutgoingLetter {
        MailLetters.letter(
            to: "anna@example.org",
            title: title,
            id: UUID(high: MailLetters.id.high, low: number)
        )
    }

    private static func bytes(_ letter: OutgoingLetter) throws -> [UInt8] {
        let message = MailMessage(
            letter,
            from: try #require(NamedAddress("Orders <orders@localhost>")),
            to: try #require(NamedAddress("anna@example.org"))
        )
        return Array(message.bytes)
    }

    /// The names in the mailbox, hidden ones too, in order.
    private var names: [String] {
        guard let folder = opendir("\(directory.path)/mailbox") else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    private func file(_ letter: OutgoingLetter) -> String {
        "\(directory.path)/mailbox/\(letter.id.text).eml"
    }

    private func isWhole(_ letter: OutgoingLetter) throws -> Bool {
        try FileReader.read(file(letter), limit: 1 << 20) == Self.bytes(letter)
    }

    private static func isLater(_ outcome: SendOutcome) -> Bool {
        if case .later = outcome { true } else { false }
    }

    @Test func `letters that come together are each in their file`() async throws {
        let sender = try Self.sender(directory.path)
        let letters = (1...100).map { Self.letter($0, title: "№ \($0)") }
        let outcomes = await withTaskGroup { group in
            for letter in letters { group.addTask { await sender.send(letter) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        sender.stop()
        #expect(outcomes == Array(repeating: .sent, count: 100))
        #expect(names == letters.map { "\($0.id.text).eml" }.sorted())
        for letter in letters { #expect(try isWhole(letter)) }
    }

    @Test func `a letter whose file cannot be written is tried again, its neighbour is sent`()
        async throws
    {
        let sender = try Self.sender(directory.path)
        let (good, bad) = (Self.letter(1), Self.letter(2))
        mkdir("\(directory.path)/mailbox", 0o700)
        mkdir(file(bad), 0o700)
        async let neighbour = sender.send(good)
        #expect(Self.isLater(await sender.send(bad)))
        #expect(await neighbour == .sent)
        #expect(names == ["\(good.id.text).eml", "\(bad.id.text).eml"])

        rmdir(file(bad))
        #expect(await sender.send(bad) == .sent)
        #expect(try isWhole(bad))
        sender.stop()
    }

    @Test func `a mailbox that cannot be made is told and tried again`() async throws {
        close(open("\(directory.path)/mailbox", O_CREAT | O_WRONLY, 0o600))
        let sender = try Self.sender(directory.path)
        #expect(Self.isLater(await sender.send(Self.letter(1))))
        unlink("\(directory.path)/mailbox")
        #expect(await sender.send(Self.letter(1)) == .sent)
        sender.stop()
    }

    /// In a process of its own, where no file may grow beyond a few bytes.
    @Test func `a disk without room leaves no half letter behind`() async throws {
        await #expect(processExitsWith: .success) { [place = directory.path as String] in
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            limit.rlim_cur = 700
            setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            let outcome = await (try MailboxTests.sender(place)).send(MailboxTests.letter(1))
            exit(MailboxTests.isLater(outcome) ? EXIT_SUCCESS : EXIT_FAILURE)
        }
        #expect(names == [])
    }

    /// Sent, but nobody has recorded it: then it comes again.
    @Test func `after a kill every file is whole, and what comes again replaces itself`()
        async throws
    {
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [place = directory.path as String] in
            let sender = try MailboxTests.sender(place)
            await withTaskGroup { group in
                for number in 1...200 as ClosedRange<UInt64> {
                    group.addTask {
                        let outcome = await sender.send(MailboxTests.letter(number))
                        if number == 150 && outcome == .sent { kill(getpid(), SIGKILL) }
                    }
                }
            }
        }
        let letters = (1...200).map { Self.letter($0) }
        let kept = letters.filter { access(file($0), F_OK) == 0 }
        #expect(kept.contains { $0.id == letters[149].id })
        for letter in kept { #expect(try isWhole(letter)) }

        let half = "\(directory.path)/mailbox/.\(letters[0].id.text).draft"
        close(open(half, O_CREAT | O_WRONLY, 0o600))
        let sender = try Self.sender(directory.path)
        for letter in letters { #expect(await sender.send(letter) == .sent) }
        sender.stop()
        #expect(Set(names).isSuperset(of: letters.map { "\($0.id.text).eml" }))
        #expect(access(half, F_OK) != 0)
        for letter in letters { #expect(try isWhole(letter)) }
    }
}

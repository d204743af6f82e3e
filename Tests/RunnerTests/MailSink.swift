import Foundation
import Testing

/// A real mail server in a process of its own: `mail_sink.py`, which reads what it takes.
final class MailSink {
    /// What the server says of a letter.
    struct Arrival: Decodable {
        var mailFrom: String
        var recipients: [String]
        var encrypted: Bool
        var login: Bool
        var from: [[String]]
        var to: [[String]]
        var subject: String
        var messageId: String
        var date: String
        var type: String
        var language: String
        var automatic: String
        var text: String
        var html: String
        var longest: Int
        var isClean: Bool
        var defects: [String]

        /// The members that differ, compared scalar by scalar.
        func differences(from other: Arrival) -> [String] {
            zip(Mirror(reflecting: self).children, Mirror(reflecting: other).children)
                .filter { !"\($0.value)".utf8.elementsEqual("\($1.value)".utf8) }
                .map { "\($0.label ?? ""): \($0.value) is not \($1.value)" }
        }
    }

    /// A Python that has aiosmtpd (Debian's python3-aiosmtpd), if there is one.
    static let python = ["/usr/bin/python3", "/usr/local/bin/python3", "/opt/venv/bin/python3"]
        .first {
            (try? command($0, ["-c", "import aiosmtpd"])) == true
        }

    let port: Int
    private let process: Process
    private let input = Pipe()
    private let lines: Mailbox<String>

    init(_ arguments: [String] = []) async throws {
        let output = Pipe()
        process = Process()
        signal(SIGPIPE, SIG_IGN)
        process.executableURL = URL(fileURLWithPath: try #require(Self.python))
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        process.arguments = [script.appendingPathComponent("mail_sink.py").path] + arguments
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        lines = Self.lines(of: output.fileHandleForReading)
        try process.run()
        port = try #require(Int(await lines.next()))
    }

    func next() async throws -> Arrival {
        try JSONDecoder().decode(Arrival.self, from: Data(await lines.next().utf8))
    }

    /// Ends the server and waits for its end.
    func stop() {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// Runs a command to its end; whether it went well.
    @discardableResult
    static func command(_ path: String, _ arguments: [String]) throws -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    /// The lines of a file, the last of them empty.
    private static func lines(of file: FileHandle) -> Mailbox<String> {
        let lines = Mailbox<String>()
        let thread = Thread {
            var held = Data()
            while case let data = file.availableData, !data.isEmpty {
                held += data
                while let end = held.firstIndex(of: 10) {
                    lines.put(String(decoding: held[held.startIndex..<end], as: UTF8.self))
                    held = Data(held[held.index(after: end)...])
                }
            }
            lines.put("")
        }
        thread.start()
        return lines
    }
}

/// A key and a certificate that it signed itself, in one file.
final class MailCertificate {
    let path = "/tmp/mail-certificate-\(UUID().uuidString).pem"

    init(names: String) throws {
        let isMade = try MailSink.command(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-days", "2", "-subj", "/CN=mail", "-addext", "subjectAltName=\(names)",
                "-keyout", path, "-out", "\(path).crt",
            ]
        )
        #expect(isMade)
        let both =
            try Data(contentsOf: URL(fileURLWithPath: path))
            + Data(contentsOf: URL(fileURLWithPath: "\(path).crt"))
        try both.write(to: URL(fileURLWithPath: path))
    }

    /// The certificate alone, to be trusted.
    var authorities: String { "\(path).crt" }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
        try? FileManager.default.removeItem(atPath: authorities)
    }
}

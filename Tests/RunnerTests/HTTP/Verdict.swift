import Testing

/// One input and what a server makes of it.
struct Verdict: Sendable, CustomTestStringConvertible {
    /// What the answer is like beside its status.
    enum Form: Sendable {
        case plain
        /// To HEAD: no body, whatever the fields say.
        case headOnly
        /// Behind 100 Continue, which the client awaits before it sends the body.
        case continued
        /// As HTTP/1.0 has it: the body ends with the connection.
        case untilClose
        /// Begun and never ended, and the client can tell.
        case cut
    }

    let name: String
    let bytes: [UInt8]
    let status: Int
    let body: String?
    let keeps: Bool
    let form: Form
    /// What a field of the answer must be; "" where it must be missing.
    let fields: [String: String]

    /// A character up to U+00FF stands for the byte of that number.
    init(
        _ name: String,
        _ text: String,
        _ status: Int,
        _ form: Form = .plain,
        body: String? = nil,
        keeps: Bool? = nil,
        fields: [String: String] = [:]
    ) {
        self.name = name
        bytes = text.unicodeScalars.map { UInt8($0.value) }
        self.status = status
        self.body = body
        let ends = form == .cut || form == .untilClose
        self.keeps = keeps ?? (status < 300 && !ends)
        self.form = form
        self.fields = fields
    }

    var testDescription: String { "\(name): \(status)" }

    /// What is sent at once: what follows 100 Continue is sent by itself.
    var pieces: [[UInt8]] {
        guard form == .continued, let end = ReceivedAnswer.headEnd(bytes) else { return [bytes] }
        return [Array(bytes[..<(end + 4)]), Array(bytes[(end + 4)...])]
    }
}

/// A request with this first line.
func line(_ text: String) -> String { "\(text)\r\nHost: x\r\n\r\n" }

/// A GET with these fields behind Host.
func get(_ fields: String...) -> String {
    "GET /p HTTP/1.1\r\nHost: x\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n"
}

/// A POST with these fields behind Host, and this body.
func post(_ fields: String..., body: String) -> String {
    "POST /p HTTP/1.1\r\nHost: x\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n" + body
}

/// A POST whose body is sent as given, as chunked.
func chunked(_ body: String) -> String { post("Transfer-Encoding: chunked", body: body) }

/// How the bytes of a case are sent.
enum Sending: String, Sendable, CaseIterable {
    case whole
    case byteByByte
    case pipelined
}

/// One server for all cases.
enum SharedServer {
    static let result = Result { try TestServer(loops: 2) }
}

/// A port, and two valid requests for what is served there, with the bodies of their answers.
struct VerdictPlace: Sendable {
    typealias Neighbour = (request: [UInt8], body: String)

    let port: Int
    let first: Neighbour
    let last: Neighbour

    init(port: Int, _ first: (String, String), _ last: (String, String)) {
        self.port = port
        self.first = (Array(line("GET \(first.0) HTTP/1.1").utf8), first.1)
        self.last = (Array(line("GET \(last.0) HTTP/1.1").utf8), last.1)
    }
}

/// Sends the case in this way and checks the answer, and whether the connection goes on.
func check(_ verdict: Verdict, _ sending: Sending, _ server: TestServer) throws {
    let place = VerdictPlace(port: server.port, ("/first", "GET /first "), ("/last", "GET /last "))
    try check(verdict, sending, place)
}

func check(_ verdict: Verdict, _ sending: Sending, _ place: VerdictPlace) throws {
    let client = Client(place.port)
    send(verdict, sending, client, place)
    switch verdict.form {
    case .cut: return checkCut(verdict, client)
    case .untilClose: return checkUntilClose(verdict, client)
    case .plain, .headOnly, .continued: break
    }
    let isToHead = verdict.form == .headOnly
    let answer = try #require(client.answer(toHead: isToHead), "no answer to \(verdict.name)")
    checkHead(answer, verdict)
    #expect(answer.closes == !verdict.keeps)
    if let body = verdict.body { #expect(answer.body == body) }
    if verdict.status >= 400, !isToHead { checkProblem(answer) }
    if verdict.keeps {
        if sending != .pipelined { client.send(place.last.request) }
        #expect(client.answer()?.body == place.last.body)
    } else {
        #expect(client.isClosed(), "something follows the answer to \(verdict.name)")
    }
}

private func send(
    _ verdict: Verdict,
    _ sending: Sending,
    _ client: Client,
    _ place: VerdictPlace
) {
    var pieces = verdict.pieces
    let isBetween = sending == .pipelined
    if isBetween {
        pieces[0] = place.first.request + pieces[0]
        pieces[pieces.count - 1] += place.last.request
    }
    for (number, piece) in pieces.enumerated() {
        if sending == .byteByByte { client.sendByteByByte(piece) } else { client.send(piece) }
        guard number == 0 else { continue }
        if isBetween { #expect(client.answer()?.body == place.first.body) }
        guard verdict.form == .continued else { continue }
        let interim = client.answer()
        #expect(interim?.status == 100 && interim?.fields.isEmpty == true)
    }
}

private func checkHead(_ answer: ReceivedAnswer, _ verdict: Verdict) {
    #expect(answer.status == verdict.status, "\(verdict.name), \(answer.body)")
    #expect(answer.field("x-request-id")?.count == 36)
    for (name, value) in verdict.fields {
        #expect(answer.fields[name] ?? [] == (value.isEmpty ? [] : [value]), "\(name)")
    }
}

func checkProblem(_ answer: ReceivedAnswer) {
    #expect(answer.field("content-type") == "application/problem+json")
    #expect(answer.body.hasPrefix("{\"type\":\"/problems/"))
    #expect(answer.body.contains("\"status\":\(answer.status),\"detail\":\""))
    #expect(answer.body.contains("\"requestId\":\"\(answer.field("x-request-id") ?? "?")\""))
}

/// The head and something of the body, no end of it, no further answer.
private func checkCut(_ verdict: Verdict, _ client: Client) {
    let (bytes, isClosed) = client.rest()
    let head = ReceivedAnswer.parse(bytes, toHead: true)?.0
    if let head { checkHead(head, verdict) }
    let hasFraming =
        head?.field("content-length") != nil || head?.field("transfer-encoding") != nil
    if hasFraming {
        #expect(ReceivedAnswer.parse(bytes, toHead: false) == nil, "\(verdict.name) looks whole")
    } else {
        #expect(!isClosed, "an answer that ends with its connection must end with a reset")
    }
}

private func checkUntilClose(_ verdict: Verdict, _ client: Client) {
    let (bytes, isClosed) = client.rest()
    #expect(isClosed)
    guard let (head, length) = ReceivedAnswer.parse(bytes, toHead: true) else {
        Issue.record("no answer to \(verdict.name)")
        return
    }
    checkHead(head, verdict)
    #expect(head.closes)
    #expect(head.field("content-length") == nil && head.field("transfer-encoding") == nil)
    #expect(String(decoding: bytes[length...], as: UTF8.self) == verdict.body)
}

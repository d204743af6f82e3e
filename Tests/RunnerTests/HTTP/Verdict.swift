import Testing

/// One input and what the core makes of it.
struct Verdict: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let status: Int
    let body: String?
    let keeps: Bool

    /// A character up to U+00FF stands for the byte of that number.
    init(_ name: String, _ text: String, _ status: Int, body: String? = nil, keeps: Bool? = nil) {
        self.name = name
        bytes = text.unicodeScalars.map { UInt8($0.value) }
        self.status = status
        self.body = body
        self.keeps = keeps ?? (status < 300)
    }

    var testDescription: String { "\(name): \(status)" }
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

/// Sends the case in this way and checks the answer, and whether the connection goes on.
func check(_ verdict: Verdict, _ sending: Sending, _ server: TestServer) throws {
    let first = Array("GET /first HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
    let last = Array("GET /last HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
    let client = Client(server.port)
    switch sending {
    case .whole: client.send(verdict.bytes)
    case .byteByByte: client.sendByteByByte(verdict.bytes)
    case .pipelined:
        client.send(first + verdict.bytes + last)
        #expect(client.answer()?.body == "GET /first ")
    }
    let answer = try #require(client.answer(), "no answer to \(verdict.name)")
    #expect(answer.status == verdict.status, "\(verdict.name), \(answer.body)")
    #expect(answer.field("x-request-id")?.count == 36)
    #expect(answer.closes == !verdict.keeps)
    if let body = verdict.body { #expect(answer.body == body) }
    if verdict.status >= 400 { checkProblem(answer) }
    if verdict.keeps {
        if sending != .pipelined { client.send(last) }
        #expect(client.answer()?.body == "GET /last ")
    } else {
        #expect(client.isClosed(), "something follows the refusal of \(verdict.name)")
    }
}

func checkProblem(_ answer: ReceivedAnswer) {
    #expect(answer.field("content-type") == "application/problem+json")
    #expect(answer.body.hasPrefix("{\"type\":\"/problems/"))
    #expect(answer.body.contains("\"status\":\(answer.status),\"detail\":\""))
    #expect(answer.body.contains("\"requestId\":\"\(answer.field("x-request-id") ?? "?")\""))
}

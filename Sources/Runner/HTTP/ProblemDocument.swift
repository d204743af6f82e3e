package import Functions

/// A problem document of RFC 9457, as every error is answered.
package struct ProblemDocument: Sendable {
    /// A member beyond the standard ones: its value is JSON already.
    package typealias Member = (name: String, json: ContiguousArray<UInt8>)

    package var status: Int
    /// A path reference such as `/problems/malformed-request`.
    package var type: String
    package var title: String
    /// What happened, and what to do next.
    package var detail: String
    package var members: [Member]

    package init(
        status: Int,
        type: String,
        title: String,
        detail: String,
        members: [Member] = []
    ) {
        self.status = status
        self.type = type
        self.title = title
        self.detail = detail
        self.members = members
    }

    /// The document's bytes: members in a fixed order, those of its own last.
    package func render(requestID: UUID) -> ContiguousArray<UInt8> {
        var json = ContiguousArray<UInt8>()
        json.reserveCapacity(192 + type.utf8.count + title.utf8.count + detail.utf8.count)
        json.append(contentsOf: "{\"type\":".utf8)
        ProblemDocument.append(type, to: &json)
        json.append(contentsOf: ",\"title\":".utf8)
        ProblemDocument.append(title, to: &json)
        json.append(contentsOf: ",\"status\":\(status),\"detail\":".utf8)
        ProblemDocument.append(detail, to: &json)
        json.append(contentsOf: ",\"requestId\":\"".utf8)
        requestID.append(to: &json)
        json.append(UInt8(ascii: "\""))
        for member in members {
            json.append(UInt8(ascii: ","))
            ProblemDocument.append(member.name, to: &json)
            json.append(UInt8(ascii: ":"))
            json.append(contentsOf: member.json)
        }
        json.append(UInt8(ascii: "}"))
        return json
    }

    /// The whole answer, with the fields that the caller adds before the content type.
    package func response(requestID: UUID, fields: ResponseFields = .init()) -> Response {
        var fields = fields
        fields.add("Content-Type", "application/problem+json")
        return Response(status: status, fields: fields, body: render(requestID: requestID))
    }

    /// A JSON string (RFC 8259 §7): quotes, backslashes and controls escaped, all else as it is.
    package static func append(_ text: String, to json: inout ContiguousArray<UInt8>) {
        json.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                json.append(UInt8(ascii: "\\"))
                json.append(byte)
            case 0..<32:
                json.append(contentsOf: "\\u00".utf8)
                json.append(48 + (byte >> 4))
                json.append(byte & 15 < 10 ? 48 + (byte & 15) : 87 + (byte & 15))
            default: json.append(byte)
            }
        }
        json.append(UInt8(ascii: "\""))
    }
}

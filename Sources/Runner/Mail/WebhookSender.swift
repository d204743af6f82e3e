internal import CLinux
import Functions
import Glibc

/// Posts letters to a webhook, signed as Standard Webhooks has it.
///
/// `webhook-id` is the letter's id, the same in every attempt; any answer but 2xx is tried again.
struct WebhookSender: Sendable {
    let url: ServiceURL
    let secret: WebhookSecret
    let client: any HTTPCaller

    func send(_ letter: OutgoingLetter) async -> SendOutcome {
        let body = WebhookSender.body(letter)
        let timestamp = time(nil)
        let fields = [
            (name: "Content-Type", value: "application/json"),
            (name: "webhook-id", value: letter.id.text),
            (name: "webhook-timestamp", value: String(timestamp)),
            (
                name: "webhook-signature",
                value: secret.signature(id: letter.id.text, timestamp: timestamp, body: body)
            ),
        ]
        let outcome = await client.call(
            .post,
            url.request,
            fields: fields + url.authorization,
            body: body
        )
        switch outcome {
        case .answered(200..<300, _): return .sent
        case .answered(let status, _): return .later(reason: "the webhook answered \(status)")
        case .failed(let reason): return .later(reason: "the webhook: \(reason)")
        }
    }

    /// Asks for nothing but an answer, whatever it is.
    func check() async -> ChannelCheck {
        let outcome = await client.call(.head, url.request, fields: url.authorization)
        let trouble: String? =
            switch outcome {
            case .answered: nil
            case .failed(let reason): reason
            }
        return ChannelCheck(setting: "WEBHOOK_URL", place: url.origin, trouble: trouble)
    }

    /// `{"type": "notification", "timestamp": …, "data": {…}}`; the members of `data` are those of
    /// the notification.
    static func body(_ letter: OutgoingLetter) -> ContiguousArray<UInt8> {
        let data = [
            ("id", letter.id.text), ("userId", letter.userID.text),
            ("orderId", letter.orderID.text),
            ("kind", letter.kind.rawValue), ("language", letter.language.rawValue),
            ("subject", letter.subject), ("body", letter.text),
            ("createdAt", letter.createdAt.text),
        ]
        let members = data.map { "\(quoted($0.0)):\(quoted($0.1))" }.joined(separator: ",")
        let text = """
            {"type":"notification","timestamp":\(quoted(letter.createdAt.text)),"data":{\(members)}}
            """
        return ContiguousArray(text.utf8)
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\n": quoted += "\\n"
            case "\0"..<" ":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

/// The shared secret of a webhook: `whsec_` and the Base64 of 24 to 64 bytes.
package struct WebhookSecret: Sendable {
    package static let expected = "whsec_ followed by the Base64 of 24 to 64 random bytes"

    private let key: ContiguousArray<UInt8>

    /// The prefix may be left out.
    package init?(_ secret: Secret) {
        let prefix = "whsec_".utf8
        let text = secret.value.utf8
        let isPrefixed = text.starts(with: prefix)
        guard let key = Base64.decode(text.dropFirst(isPrefixed ? prefix.count : 0)),
            (24...64).contains(key.count)
        else { return nil }
        self.key = key
    }

    /// `v1,` and the Base64 of the HMAC-SHA256 over id, timestamp and body, with dots between.
    package func signature(id: String, timestamp: Int, body: ContiguousArray<UInt8>) -> String {
        let signed = ContiguousArray("\(id).\(timestamp).".utf8) + body
        return "v1," + Base64.encode(HMAC.sha256(key: key, signed))
    }
}

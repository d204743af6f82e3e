/// Sends letters as text messages by an HTTP interface like Twilio's.
struct SMSSender: Sendable {
    let url: ServiceURL
    /// A number, or a name that the service has agreed to.
    let sender: String
    let client: any HTTPCaller

    func send(_ letter: OutgoingLetter) async -> SendOutcome {
        guard SMSSender.isNumber(letter.recipient) else {
            return .rejected(reason: "the recipient is no phone number")
        }
        let form = FormText.encode(
            [("From", sender), ("To", letter.recipient), ("Body", letter.text)]
        )
        let type = (name: "Content-Type", value: "application/x-www-form-urlencoded")
        let outcome = await client.call(
            .post,
            address,
            fields: [type] + url.authorization,
            body: ContiguousArray(form.utf8)
        )
        switch outcome {
        case .answered(200..<300, _): return .sent
        case .answered(let status, let body): return SMSSender.refusal(status, body)
        case .failed(let reason): return .later(reason: "the SMS service: \(reason)")
        }
    }

    /// Asks for what was sent last, which needs the same login.
    func check() async -> ChannelCheck {
        let outcome = await client.call(.get, address, fields: url.authorization)
        let trouble: String? =
            switch outcome {
            case .answered(401, _), .answered(403, _): "it refuses user or password"
            case .answered: nil
            case .failed(let reason): reason
            }
        return ChannelCheck(setting: "SMS_URL", place: url.origin, trouble: trouble)
    }

    /// Where the URL has no path it is Twilio's own, for the account that the user names.
    private var address: String {
        guard url.path.isEmpty || url.path == "/", url.query == nil, let user = url.user else {
            return url.request
        }
        return "\(url.request)2010-04-01/Accounts/\(FormText.escape(user))/Messages.json"
    }

    /// E.164: a plus and up to 15 digits, the first of them no zero.
    static func isNumber(_ text: String) -> Bool {
        let digits = text.utf8.dropFirst()
        return text.utf8.first == UInt8(ascii: "+") && (2...15).contains(digits.count)
            && digits.first != UInt8(ascii: "0") && digits.allSatisfy { $0 >= 48 && $0 <= 57 }
    }

    /// A refusal of the number is final: 400 with a code that says so, or without any.
    ///
    /// All else (login, sender, limits, the service itself) is ours or passes.
    private static func refusal(_ status: Int, _ body: ContiguousArray<UInt8>) -> SendOutcome {
        let code = code(body)
        let reason = "the SMS service answered \(status)" + (code.map { ", code \($0)" } ?? "")
        let isAboutTheNumber = code.map(aboutTheNumber.contains) ?? true
        return status == 400 && isAboutTheNumber
            ? .rejected(reason: reason) : .later(reason: reason)
    }

    /// Twilio's: no such number, not reachable from here, not a mobile one, does not want messages.
    private static let aboutTheNumber: Set<Int> = [
        21_211, 21_214, 21_217, 21_219, 21_408, 21_610, 21_612, 21_614, 21_635,
    ]

    /// The number of the member `code` in an answer's object, wherever it stands.
    private static func code(_ body: ContiguousArray<UInt8>) -> Int? {
        let text = String(decoding: body.prefix(4_096), as: UTF8.self).utf8
        guard let name = text.firstRange(of: "\"code\"".utf8) else { return nil }
        let rest = text[name.upperBound...].drop { $0 == 32 || $0 == UInt8(ascii: ":") }
        let digits = rest.prefix { $0 >= 48 && $0 <= 57 }.prefix(9)
        return Int(String(decoding: digits, as: UTF8.self))
    }
}

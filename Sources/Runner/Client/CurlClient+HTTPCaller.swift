extension CurlClient: HTTPCaller {
    package func post(
        url: String,
        fields: [(name: String, value: String)],
        body: ContiguousArray<UInt8>,
        seconds: Int
    ) async -> HTTPCallOutcome {
        let address = url.prefix { $0 != "?" }
        let query = url.dropFirst(address.count + 1)
        let slash = CurlClient.pathStart(address)
        guard let base = BaseURL(String(address[..<slash])),
            var request = ClientRequest(
                .post,
                base,
                path: slash == address.endIndex ? Substring("/").utf8 : address[slash...].utf8,
                query: address.endIndex == url.endIndex ? nil : query.utf8
            )
        else { return .failed(reason: "not a URL that can be called") }
        for field in fields where !request.fields.add(field.name.utf8, field.value.utf8) {
            return .failed(reason: "the field \(field.name) cannot be sent")
        }
        request.body = .whole(body)
        request.limits.total = .seconds(seconds)
        do throws(ClientError) {
            let answer = try await response(to: request)
            return .answered(status: answer.status, body: answer.body)
        } catch {
            return .failed(reason: "\(error)")
        }
    }

    /// Where the path of a URL begins: the first slash behind `://`; its end where it has none.
    private static func pathStart(_ url: Substring) -> Substring.Index {
        guard let colon = url.firstIndex(of: ":") else { return url.endIndex }
        let rest = url[colon...].dropFirst(3)
        return rest.firstIndex(of: "/") ?? url.endIndex
    }
}

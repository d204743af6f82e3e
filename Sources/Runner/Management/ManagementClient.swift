internal import Functions

/// Asks a running service, as its owner, to try letters again.
package enum ManagementClient {
    /// `address` is the management port's base as the store's lock file has it.
    package static func redrive(
        _ selection: OutboxSelection,
        at address: String,
        token: Secret
    ) async throws(CommandFailure) -> Int {
        guard let base = BaseURL(address),
            var request = ClientRequest(.post, base, path: ManagementHandler.redrivePath.utf8)
        else {
            throw CommandFailure(
                "the lock file names \(Found.quoted(address)), which is no address",
                exitCode: ExitCode.busy
            )
        }
        request.fields.add("Authorization", "Bearer \(token.value)")
        request.fields.add("Content-Type", "application/json")
        request.body = .whole(ContiguousArray(RedriveRequest.text(selection).utf8))
        request.limits.total = .seconds(60)
        let answer: ClientResponse
        do throws(ClientError) {
            answer = try await CurlClient().response(to: request)
        } catch {
            throw CommandFailure(
                "a service owns the store, and its management port \(base.text) cannot be called: "
                    + "\(error). Try again, or stop the service first.",
                exitCode: ExitCode.busy
            )
        }
        let document = try? JSON.parse(answer.body)
        if answer.status == 200, let count = document?["redriven"]?.integer { return Int(count) }
        let detail = document?["detail"]?.string ?? "it says no more"
        let hint = answer.status == 401 ? " (is SECRET_KEY or DATA_DIR the service's?)" : ""
        throw CommandFailure(
            "the service at \(base.text) answers \(answer.status): \(Found.bare(detail))\(hint)",
            exitCode: answer.status == 503 ? ExitCode.busy : ExitCode.failure
        )
    }
}

import CCurl
import CLinux

/// The mail server: reachable, TLS, and whether it takes the login; no letter is sent.
struct MailDoctor {
    let settings: Settings

    func findings() -> [DoctorFinding] {
        guard let url = settings.smtpURL else {
            return [.fine("SMTP_URL is not set: letters go to \(settings.dataDirectory)/mailbox")]
        }
        let shown = URLParts(url.value)?.origin ?? "SMTP_URL"
        let sender: [DoctorFinding] =
            settings.smtpFrom == nil
            ? [
                .warning(
                    "SMTP_FROM is not set",
                    "Set it to an address that the mail server sends for."
                )
            ]
            : []
        guard let reason = greet(url) else { return sender + [.fine("\(shown) takes our login")] }
        return sender + [
            .failure(
                "\(shown): \(reason)",
                "Check host, port, user and password of SMTP_URL; a password wants TLS."
            )
        ]
    }

    /// Connects, greets, secures and logs in, as for a letter; nil where all that went well.
    private func greet(_ url: Secret) -> String? {
        guard let parts = URLParts(url.value), let easy = unsafe curl_easy_init() else {
            return "it cannot be read"
        }
        defer { unsafe curl_easy_cleanup(easy) }
        let wantsTLS = parts.user != nil && !HostName.isLoopback(parts.host)
        unsafe curl_shim_set_string(easy, CURLOPT_URL, url.value)
        unsafe curl_shim_set_string(easy, CURLOPT_PROXY, "")
        unsafe curl_shim_set_string(easy, CURLOPT_CUSTOMREQUEST, "NOOP")
        unsafe curl_shim_set_long(easy, CURLOPT_NOBODY, 1)
        unsafe curl_shim_set_long(easy, CURLOPT_NOSIGNAL, 1)
        unsafe curl_shim_set_long(easy, CURLOPT_TIMEOUT_MS, 15_000)
        unsafe curl_shim_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, 5_000)
        let security = wantsTLS ? CURLUSESSL_ALL : CURLUSESSL_TRY
        unsafe curl_shim_set_long(easy, CURLOPT_USE_SSL, Int(security.rawValue))
        let result = unsafe curl_easy_perform(easy)
        guard result != CURLE_OK else { return nil }
        return unsafe String(cString: curl_easy_strerror(result))
    }
}

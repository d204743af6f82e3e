/// The mail server that `SMTP_URL` names.
///
/// `smtp://user:password@host:587` or `smtps://…`; the path, if there is one, is the name that the
/// server is greeted with.
package struct SMTPServer: Sendable, Equatable {
    /// When the conversation is encrypted.
    package enum Encryption: Sendable, Equatable {
        /// From its first byte, with a checked certificate (`smtps`).
        case implicit
        /// By STARTTLS, with a checked certificate, or no letter goes out.
        case required
        /// By STARTTLS where it is offered, with any certificate (RFC 7435): there is no password
        /// to lose, and whoever only listens learns nothing.
        case opportunistic
    }

    /// An ASCII name or an address without brackets.
    package let host: String
    package let port: Int
    package var encryption: Encryption
    package let greeting: String?
    package let user: String?
    package let password: Secret?
    /// Whether it runs on this machine.
    package let isLoopback: Bool

    /// What libcurl is given: no user, no password, nothing that has not been checked.
    package var url: String {
        let scheme = encryption == .implicit ? "smtps" : "smtp"
        let host = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        return "\(scheme)://\(host):\(port)/\(greeting ?? "")"
    }

    package static let expected = """
        smtp://host:port or smtp://user:password@host:587 (smtps:// for TLS from the start; \
        in user and password, @ : / ? # and % are written %40 %3A %2F %3F %23 %25)
        """

    /// Nil for anything but such a URL.
    package init?(_ text: String) {
        guard let url = ServiceURL(text, schemes: ["smtp": 25, "smtps": 465]) else { return nil }
        guard (url.user == nil) == (url.password == nil), url.query == nil else { return nil }
        if url.path.isEmpty || url.path == "/" {
            greeting = nil
        } else {
            guard let name = DomainName.ascii(String(url.path.dropFirst())) else { return nil }
            greeting = name
        }
        host = url.host
        port = url.port
        user = url.user
        password = url.password
        isLoopback = url.isLoopback
        if url.scheme == "smtps" {
            encryption = .implicit
        } else {
            encryption = url.password != nil && !url.isLoopback ? .required : .opportunistic
        }
    }
}

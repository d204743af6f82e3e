/// What a server says of itself, asked once a connection.
struct ServerCheck: Equatable {
    /// A setting that the server does not know is nil: PostgreSQL's relatives lack some.
    var fsync: String?
    var synchronousCommit: String?
    var encoding: String?
    var isReadOnly: String?
    var versionNumber: String?
    /// `PostgreSQL 15.20 (Debian …) …`.
    var version: String

    static let oldestVersion = 130_000

    static let statement = PostgreSQLStatement(
        """
        SELECT current_setting('fsync', true), current_setting('synchronous_commit', true),
            current_setting('server_encoding', true),
            current_setting('transaction_read_only', true),
            current_setting('server_version_num', true), version()
        """
    )

    /// Why this server is not one to keep money in; nil where it is.
    var refusal: String? {
        if fsync == "off" {
            return "the server has fsync=off: what it acknowledges would not survive a power "
                + "cut; set fsync=on in postgresql.conf"
        }
        if synchronousCommit == "off" {
            return "synchronous_commit=off: what the server acknowledges would not survive a "
                + "crash; set synchronous_commit=on for the server, the database or the role"
        }
        if let encoding, encoding != "UTF8" {
            return "the database's encoding is \(encoding): create it with ENCODING 'UTF8'"
        }
        if isReadOnly == "on" {
            return "the server takes no writes (transaction_read_only=on): DATABASE_URL must name "
                + "the primary"
        }
        if isGenuine, let number = versionNumber.flatMap({ Int($0) }),
            number < ServerCheck.oldestVersion
        {
            return "the server is PostgreSQL \(number / 10_000): 13 or newer is needed"
        }
        return nil
    }

    /// Relatives give themselves the version that they took PostgreSQL's protocol from.
    private var isGenuine: Bool { version.hasPrefix("PostgreSQL ") && !version.contains("-YB-") }
}

extension ServerCheck {
    init(_ result: PostgreSQLResult) throws(PostgreSQLError) {
        guard let row = result.first else {
            throw PostgreSQLError(.unexpected, "the server does not tell its settings")
        }
        fsync = try row.optionalText(0)
        synchronousCommit = try row.optionalText(1)
        encoding = try row.optionalText(2)
        isReadOnly = try row.optionalText(3)
        versionNumber = try row.optionalText(4)
        version = try row.text(5)
    }
}

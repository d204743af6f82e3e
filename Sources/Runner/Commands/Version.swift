import CCurl
import COpenSSL
import CSQLite

/// What `runner version` prints.
package enum Version {
    package static let number = "0.1.0"

    static var text: String {
        """
        runner \(number)
        SQLite \(sqlite)
        \(openSSL)
        \(curl)

        """
    }

    static var sqlite: String {
        unsafe sqlite3_libversion().map { unsafe String(cString: $0) } ?? ""
    }

    private static var openSSL: String {
        unsafe OpenSSL_version(OPENSSL_VERSION).map { unsafe String(cString: $0) } ?? ""
    }

    private static var curl: String {
        unsafe curl_version().map { unsafe String(cString: $0) } ?? ""
    }
}

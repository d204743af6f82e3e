import Glibc

extension ServiceURL {
    /// Whether the text is an address of version 4 in four numbers, or one of version 6.
    static func isAddress(_ text: String) -> Bool {
        var storage = in6_addr()
        return unsafe inet_pton(AF_INET, text, &storage) == 1
            || inet_pton(AF_INET6, text, &storage) == 1
    }
}

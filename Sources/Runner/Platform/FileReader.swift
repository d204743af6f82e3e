import CLinux
import Glibc

/// Reads small files whole.
package enum FileReader {
    package struct Failure: Error {
        package let number: Int32
        package var reason: String {
            number == EFBIG ? "it is too large" : SystemError.text(number)
        }
        package var isMissing: Bool { number == ENOENT }
    }

    package static func read(_ path: String, limit: Int = 1 << 20) throws(Failure) -> [UInt8] {
        let descriptor = unsafe linux_open(path, O_RDONLY | O_CLOEXEC, 0)
        guard descriptor >= 0 else { throw Failure(number: errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Failure(number: errno) }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
            guard bytes.count <= limit else { throw Failure(number: EFBIG) }
        }
    }

    static func result(_ path: String, limit: Int) -> Result<[UInt8], Failure> {
        do { return .success(try read(path, limit: limit)) } catch { return .failure(error) }
    }
}

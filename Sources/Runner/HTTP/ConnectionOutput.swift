internal import CLinux
internal import Glibc

// Sending, and closing so that what was sent is read.
extension Connection {
    /// Sends what waits, as far as the socket takes it.
    func flush() {
        while !output.isEmpty, isWritable, !isBroken {
            let bytes = unsafe output.bytes
            let count = unsafe linux_send(descriptor, bytes.baseAddress, bytes.count)
            if count >= 0 {
                sent += Int64(count)
                output.consume(count)
                // Room again for answers: there may be requests that waited for it.
                let mayWait = !input.isEmpty || isReadable || endOfInput
                if phase == .head, mayWait { wantsAnotherRound = true }
            } else if errno == EAGAIN {
                isWritable = false
            } else if errno != EINTR {
                isBroken = true
                output.removeAll()
            }
        }
    }

    /// Says that no more comes, and reads on, so that the answer is not lost.
    ///
    /// RFC 9112 §9.6: to close a socket with unread input sends RST, and the client may lose what it
    /// has not read yet.
    func startLingering() {
        guard !isLingering else { return }
        guard !endOfInput, loop.lingering < limits.lingering else { return tearDown() }
        phase = .refused
        isLingering = true
        loop.lingering += 1
        lingerBytes = 0
        lingerEnd = loop.now + limits.lingerMilliseconds
        _ = linux_shutdown_write(descriptor)
        settle()
    }
}

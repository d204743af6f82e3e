import Glibc

/// Runs what waits for others; ends the whole run, saying where, if it is not done in a minute.
///
/// A test that hangs says nothing, and nobody learns what became of the others.
func patiently<Value: Sendable>(
    fileID: StaticString = #fileID,
    line: UInt = #line,
    _ body: () async throws -> Value
) async rethrows -> Value {
    let watch = Task {
        try await Task.sleep(for: .seconds(60))
        fatalError("\(fileID):\(line): what the test waits for has not come in 60 seconds")
    }
    defer { watch.cancel() }
    return try await body()
}

/// Waits for the semaphore, at most a minute; then ends the run.
func patientlyWait(_ semaphore: UnsafeMutablePointer<sem_t>) {
    var end = timespec()
    clock_gettime(CLOCK_REALTIME, &end)
    end.tv_sec += 60
    while sem_timedwait(semaphore, &end) != 0 {
        guard errno == EINTR else { fatalError("the semaphore was not posted in 60 seconds") }
    }
}

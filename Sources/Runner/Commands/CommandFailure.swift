/// Why a command ends without doing what it was asked for: what to tell, and the exit code.
package struct CommandFailure: Error, Sendable, Equatable {
    package let message: String
    package let exitCode: Int32

    package init(_ message: String, exitCode: Int32 = ExitCode.failure) {
        self.message = message
        self.exitCode = exitCode
    }
}

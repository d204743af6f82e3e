import Synchronization

/// A call under way, as its caller holds it.
///
/// Every member may be called from any thread, at any time, also after the call's end.
package final class ClientCall: Sendable {
    private let loop: CurlLoop
    private let cancelled = Atomic(false)

    init(loop: CurlLoop) { self.loop = loop }

    var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

    /// Ends the call and closes its connection; it ends with `ClientError.cancelled`.
    package func cancel() {
        cancelled.store(true, ordering: .releasing)
        loop.submit(.cancel(self))
    }

    /// Asks for more of the answer after `ClientDemand.pause`.
    package func resume() { loop.submit(.resume(self)) }

    func resumeUpload() { loop.submit(.resumeUpload(self)) }
}

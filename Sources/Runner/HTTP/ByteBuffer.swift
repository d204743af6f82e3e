internal import CLinux
internal import Functions
internal import Glibc

/// Memory for connections' buffers, handed out and taken back by one loop.
///
/// An idle connection owns none. Invariant: whoever takes a block gives it back or frees it once.
@safe struct BufferPool {
    static let blockSize = 16 * 1024
    private static let most = 64
    private var blocks = unsafe ContiguousArray<UnsafeMutablePointer<UInt8>>()

    mutating func take() -> UnsafeMutablePointer<UInt8> {
        unsafe blocks.popLast() ?? .allocate(capacity: BufferPool.blockSize)
    }

    mutating func give(_ block: UnsafeMutablePointer<UInt8>, capacity: Int) {
        if capacity == BufferPool.blockSize, unsafe blocks.count < BufferPool.most {
            unsafe blocks.append(block)
        } else {
            unsafe block.deallocate()
        }
    }

    mutating func removeAll() {
        while let block = unsafe blocks.popLast() { unsafe block.deallocate() }
    }
}

/// Bytes that wait: written at the end, taken from the start.
///
/// Owns its memory between the first write and `release`. Every method checks its bounds; what the
/// callers see of the memory is valid until the buffer changes.
@safe struct ByteBuffer {
    private var base: UnsafeMutablePointer<UInt8>?
    private var capacity = 0
    private var start = 0
    private var end = 0

    var count: Int { end - start }
    var isEmpty: Bool { start == end }

    /// What waits; valid until the buffer changes.
    var bytes: UnsafeBufferPointer<UInt8> {
        guard let base = unsafe base else {
            return unsafe UnsafeBufferPointer(start: nil, count: 0)
        }
        return unsafe UnsafeBufferPointer(start: base + start, count: end - start)
    }

    mutating func consume(_ count: Int) {
        precondition(count <= end - start)
        start += count
        if start == end {
            start = 0
            end = 0
        }
    }

    mutating func removeAll() {
        start = 0
        end = 0
    }

    /// Makes room at the end, and says where and how much it is.
    mutating func room(
        atLeast wanted: Int,
        _ pool: inout BufferPool
    ) -> UnsafeMutableBufferPointer<UInt8> {
        if capacity - end < wanted { makeRoom(wanted, &pool) }
        guard let base = unsafe base else {
            return unsafe UnsafeMutableBufferPointer(start: nil, count: 0)
        }
        return unsafe UnsafeMutableBufferPointer(start: base + end, count: capacity - end)
    }

    /// Says that so much of the room has been filled.
    mutating func fill(_ count: Int) {
        precondition(count <= capacity - end)
        end += count
    }

    /// Gives the memory back, if nothing waits in it.
    mutating func release(_ pool: inout BufferPool) {
        guard start == end, let block = unsafe base else { return }
        unsafe pool.give(block, capacity: capacity)
        unsafe base = nil
        capacity = 0
        start = 0
        end = 0
    }

    private mutating func makeRoom(_ wanted: Int, _ pool: inout BufferPool) {
        let count = end - start
        guard let old = unsafe base else {
            grow(to: max(wanted, BufferPool.blockSize), &pool)
            return
        }
        if count + wanted <= capacity, start >= count || capacity - count >= capacity / 2 {
            _ = unsafe memmove(old, old + start, count)
            start = 0
            end = count
            return
        }
        grow(to: max(capacity * 2, count + wanted), &pool)
    }

    private mutating func grow(to size: Int, _ pool: inout BufferPool) {
        let count = end - start
        let block =
            unsafe size == BufferPool.blockSize
            ? pool.take() : UnsafeMutablePointer<UInt8>.allocate(capacity: size)
        if let old = unsafe base {
            unsafe memcpy(block, old + start, count)
            unsafe pool.give(old, capacity: capacity)
        }
        unsafe base = block
        capacity = size
        start = 0
        end = count
    }
}

extension ByteBuffer {
    mutating func append(_ text: StaticString, _ pool: inout BufferPool) {
        text.withUTF8Buffer { unsafe append(UnsafeRawBufferPointer($0), &pool) }
    }

    mutating func append(_ bytes: ContiguousArray<UInt8>, _ pool: inout BufferPool) {
        unsafe bytes.withUnsafeBytes { unsafe append($0, &pool) }
    }

    mutating func append(_ bytes: UnsafeRawBufferPointer, _ pool: inout BufferPool) {
        guard let source = bytes.baseAddress, bytes.count > 0 else { return }
        let room = unsafe room(atLeast: bytes.count, &pool)
        guard let target = room.baseAddress else { return }
        unsafe memcpy(target, source, bytes.count)
        fill(bytes.count)
    }

    mutating func append(decimal value: Int, _ pool: inout BufferPool) {
        append(value, radix: 10, &pool)
    }

    mutating func append(hexadecimal value: Int, _ pool: inout BufferPool) {
        append(value, radix: 16, &pool)
    }

    mutating func append(_ identifier: UUID, _ pool: inout BufferPool) {
        unsafe identifier.write(to: room(atLeast: UUID.length, &pool))
        fill(UUID.length)
    }

    private mutating func append(_ value: Int, radix: Int, _ pool: inout BufferPool) {
        var digits = 1
        var rest = value / radix
        while rest > 0 {
            digits += 1
            rest /= radix
        }
        let room = unsafe room(atLeast: digits, &pool)
        rest = value
        for index in stride(from: digits - 1, through: 0, by: -1) {
            let digit = UInt8(truncatingIfNeeded: rest % radix)
            unsafe room[index] = digit < 10 ? 48 + digit : 87 + digit
            rest /= radix
        }
        fill(digits)
    }
}

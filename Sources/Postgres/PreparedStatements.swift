import Cryptography

/// The statements prepared on one connection, found by their text. The least recently used goes when it is full.
///
/// A statement is named after its text: should two clients come to share a connection of the server, through a pooler,
/// what a name stands for is still what both mean by it.
struct PreparedStatements {
    struct Statement {
        let name: String
        let text: [UInt8]
        fileprivate var lastUse: UInt64
    }

    private let capacity: Int
    private var byHash: [Int: Statement] = [:]
    private var uses: UInt64 = 0
    /// Forgotten here while the server still has them.
    private var leftBehind: Set<String> = []

    init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    var count: Int { byHash.count }

    /// The name under which `text` is prepared, or nil.
    mutating func name(for text: [UInt8]) -> String? {
        guard let index = byHash.index(forKey: Self.hash(of: text)), byHash.values[index].text == text else {
            return nil
        }
        uses += 1
        byHash.values[index].lastUse = uses
        return byHash.values[index].name
    }

    /// The name of a statement, the same in every process: 128 bits of the digest of its text.
    static func newName(for text: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let digest = SHA256.hash(text).prefix(16).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return "jalon_" + String(decoding: digest, as: UTF8.self)
    }

    /// The name to deallocate before `text` can be added: the one it collides with, or the least recently used.
    func victim(for text: [UInt8]) -> String? {
        if let collision = byHash[Self.hash(of: text)] { return collision.name }
        guard byHash.count >= capacity else { return nil }
        return byHash.values.min { $0.lastUse < $1.lastUse }?.name
    }

    mutating func add(_ name: String, for text: [UInt8]) {
        uses += 1
        byHash[Self.hash(of: text)] = Statement(name: name, text: text, lastUse: uses)
    }

    mutating func remove(_ name: String) {
        guard let entry = byHash.first(where: { $0.value.name == name }) else { return }
        byHash[entry.key] = nil
    }

    /// As `remove`, where the server cannot be told now.
    mutating func leaveBehind(_ name: String) {
        remove(name)
        leftBehind.insert(name)
    }

    /// Whether the server is still to be told; once only.
    mutating func wasLeftBehind(_ name: String) -> Bool {
        leftBehind.remove(name) != nil
    }

    /// By hash rather than by `String`, so that a look-up allocates nothing.
    private static func hash(of text: [UInt8]) -> Int {
        var hasher = Hasher()
        text.withUnsafeBytes { hasher.combine(bytes: $0) }
        return hasher.finalize()
    }
}

/// The statements prepared on one connection, found by their text. The least recently used goes when it is full.
struct PreparedStatements {
    struct Statement {
        let name: String
        let text: [UInt8]
        fileprivate var lastUse: UInt64
    }

    private let capacity: Int
    private var byHash: [Int: Statement] = [:]
    private var uses: UInt64 = 0
    private var names: UInt64 = 0

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

    /// A name never used on this connection.
    mutating func newName() -> String {
        names += 1
        return "s\(names)"
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

    /// By hash rather than by `String`, so that a look-up allocates nothing.
    private static func hash(of text: [UInt8]) -> Int {
        var hasher = Hasher()
        text.withUnsafeBytes { hasher.combine(bytes: $0) }
        return hasher.finalize()
    }
}

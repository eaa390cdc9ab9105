/// The names of one object so far: few are compared in turn, many are looked up.
struct MemberNames {
    private var many: Set<String> = []
    private static let few = 16

    /// - Returns: false when the name is there already.
    mutating func insert(_ name: String, beside members: [(name: String, node: DocumentNode)]) -> Bool {
        guard members.count >= Self.few else { return !members.contains { $0.name == name } }
        if many.isEmpty { many = Set(members.map(\.name)) }
        return many.insert(name).inserted
    }
}

import Documents

/// What differs between two states of one thing, as the server has told them.
enum ChangedMembers {
    /// Those that follow from every change.
    private static let untold: Set<String> = ["version", "updated_at", "links", "definitions", "rule"]

    /// - Returns: the names of the members that differ, in the order of the answer.
    static func names(from former: ServerAnswer, to next: ServerAnswer) throws(Failure) -> [String] {
        let before = try JSONText.document(former)
        guard case .object(let members)? = try JSONText.document(next)?.content else { return [] }
        return members.filter { name, node in
            !untold.contains(name) && before[name].map { JSONText.bytes($0) } != JSONText.bytes(node)
        }.map(\.name)
    }
}

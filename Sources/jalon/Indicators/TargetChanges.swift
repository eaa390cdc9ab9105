import ActionPlans
import Documents

/// What differs between two lists of targets, by whom each is for and its period.
struct TargetChanges {
    private struct Key: Hashable, Comparable {
        let period: String
        /// Empty for the State.
        let ministry: String

        static func < (left: Key, right: Key) -> Bool { (left.period, left.ministry) < (right.period, right.ministry) }
        var text: String { ministry.isEmpty ? period : "\(ministry) \(period)" }
    }

    let told: [Message]

    init(from former: DocumentNode?, to next: DocumentNode?) {
        let (before, after) = (Self.byKey(former), Self.byKey(next))
        told = Set(before.keys).union(after.keys).sorted().compactMap { key in
            let (old, new) = (before[key], after[key])
            guard old.map({ JSONText.bytes($0) }) != new.map({ JSONText.bytes($0) }) else { return nil }
            let (from, to) = (old?["value"].decimal.shown, new?["value"].decimal.shown)
            return switch (from, to) {
            case (let from?, let to?) where from == to: Message("\(key.text) précisée", "\(key.text) told otherwise")
            case (let from?, let to?): Message("\(key.text) : \(from) → \(to)", "\(key.text): \(from) → \(to)")
            case (nil, let to?): Message("\(key.text) ajoutée : \(to)", "\(key.text) added: \(to)")
            case (let from, nil): Message("\(key.text) retirée (\(from ?? "–"))", "\(key.text) removed (\(from ?? "–"))")
            }
        }
    }

    private static func byKey(_ list: DocumentNode?) -> [Key: DocumentNode] {
        let pairs = list["targets"].items.map { node in
            (Key(period: node["period"].text ?? "", ministry: node["ministry"].text ?? ""), node)
        }
        return Dictionary(pairs) { first, _ in first }
    }
}

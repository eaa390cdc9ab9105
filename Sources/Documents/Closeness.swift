/// Which known names a mistyped one may have meant.
package enum Closeness {
    /// In bytes. Longer names are not mistyped but something else.
    private static let longest = 40

    /// - Returns: at most three names, nearest first, within a third of the length in edits; case and accents do not count.
    package static func closest(to text: String, among names: [String]) -> [String] {
        closest(to: text, among: names.map { ($0, $0) })
    }

    /// - Parameter names: what is shown of each known name, and how it may be written.
    /// - Returns: at most three that are shown, nearest first, each once.
    static func closest(to text: String, among names: [(shown: String, written: String)]) -> [String] {
        guard text.utf8.count <= longest, let words = PlainWords.of(text), !words.isEmpty else { return [] }
        let reach = max(1, words.utf8.count / 3)
        let ranked = names.compactMap { name -> (shown: String, distance: Int)? in
            guard let written = PlainWords.of(name.written),
                let distance = distance(words, written, atMost: reach)
            else { return nil }
            return (name.shown, distance)
        }
        var closest: [String] = []
        for name in ranked.sorted(by: { ($0.distance, $0.shown) < ($1.distance, $1.shown) })
        where closest.count < 3 && !closest.contains(name.shown) {
            closest.append(name.shown)
        }
        return closest
    }

    /// The known name that only a slip of the hand, a letter or two, keeps a text from being.
    package static func slip(_ text: String, among names: some Sequence<String>) -> String? {
        guard text.utf8.count >= 3 else { return nil }
        let reach = text.utf8.count < 8 ? 1 : 2
        return names.compactMap { name in distance(text, name, atMost: reach).map { (name: name, distance: $0) } }
            .min { ($0.distance, $0.name) < ($1.distance, $1.name) }?.name
    }

    /// How many letters are added, left out, changed or swapped with their neighbour between two words (optimal string
    /// alignment).
    /// - Returns: nil beyond `most`.
    package static func distance(_ left: String, _ right: String, atMost most: Int) -> Int? {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        guard left.count <= longest, right.count <= longest, abs(left.count - right.count) <= most else { return nil }
        var before: [Int] = []
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var next = [i + 1]
            next.reserveCapacity(row.count)
            for (j, b) in right.enumerated() {
                var least = min(row[j] + (a == b ? 0 : 1), row[j + 1] + 1, next[j] + 1)
                if i > 0, j > 0, a == right[j - 1], left[i - 1] == b { least = min(least, before[j - 1] + 1) }
                next.append(least)
            }
            (before, row) = (row, next)
        }
        return row[right.count] <= most ? row[right.count] : nil
    }
}

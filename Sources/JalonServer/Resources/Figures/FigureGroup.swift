import ActionPlans

/// What the rows of grouped figures are told apart by, in this order. Of these the ledger keeps all that the five rates count;
/// of what else actions differ in, it keeps too little.
enum FigureGroup: String, Vocabulary {
    case ministry, theme
    case targetLevel = "target_level"

    static let listName = Message("groupe", "group")
}

/// One row of grouped figures: what the figures of its scope alone would count.
struct FigureCell: Sendable {
    /// That of the question, of one year and narrowed to the groups.
    let scope: FigureScope
    let body: FigureBody?
    let theme: Theme?
    let targetLevel: EngagementLevel?
    let tally: Tally

    /// The rows of a year. A filter leaves only its own values; each row's ministries, themes and levels are in no other.
    static func all(of document: FigureDocument, by groups: [FigureGroup]) -> [FigureCell] {
        let scope = document.scope
        let bodies = groups.contains(.ministry) ? document.bodies.map(Optional.some) : [nil]
        let themes = choices(of: Theme.self, within: scope.themes, isGroup: groups.contains(.theme))
        let levels = choices(of: EngagementLevel.self, within: scope.targetLevels, isGroup: groups.contains(.targetLevel))
        return bodies.flatMap { body in
            var counts = FigureCells()
            for (ministry, own) in document.facts.cells where body?.codes.contains(ministry) ?? true { counts += own }
            return themes.flatMap { theme in
                levels.map { level in
                    var narrowed = scope
                    if let body { narrowed.ministries = body.codes }
                    if let theme { narrowed.themes = [theme] }
                    if let level { narrowed.targetLevels = [level] }
                    return FigureCell(
                        scope: narrowed, body: body, theme: theme, targetLevel: level,
                        tally: counts.tally(narrowed.themes, narrowed.targetLevels))
                }
            }
        }
    }

    /// How many rows ``all(of:by:)`` gives.
    static func count(of document: FigureDocument, by groups: [FigureGroup]) -> Int {
        let scope = document.scope
        return (groups.contains(.ministry) ? document.bodies.count : 1)
            * choices(of: Theme.self, within: scope.themes, isGroup: groups.contains(.theme)).count
            * choices(of: EngagementLevel.self, within: scope.targetLevels, isGroup: groups.contains(.targetLevel)).count
    }

    /// In official order; one that stands for all where there are no groups.
    private static func choices<Code: Vocabulary>(of type: Code.Type, within filter: [Code]?, isGroup: Bool) -> [Code?] {
        isGroup ? Code.allCases.filter { filter?.contains($0) ?? true } : [nil]
    }
}

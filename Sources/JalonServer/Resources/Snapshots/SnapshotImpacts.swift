import ActionPlans
import Documents
import Postgres

/// What the actions avoid in a year as a snapshot freezes it: the sums of each family, and what each version of a factor adds to them. Their
/// numbers are texts, as those of the indicators are.
enum SnapshotImpacts {
    /// - Returns: nil for a snapshot of a part of the year's plans: the sums are those of all that are published.
    static func frozen(_ session: borrowing Session, of scope: FigureScope) throws -> DocumentNode? {
        guard scope.isOfAll, Set(scope.states) == Set(RoadmapState.published), let year = Period(.year, year: scope.year) else {
            return nil
        }
        let facts = try ImpactFacts(session, of: year, in: scope.reading)
        var writer = JSONWriter(capacity: 4 << 10)
        writer.object { object in
            object.member("rule", ImpactFigures.rule[.french])
            object.member("overlap_rule", ImpactFigures.overlapRule[.french])
            object.member("families", listOf: facts.figures.families) { list, family in
                list.object { write(family, facts, to: &$0) }
            }
        }
        return try SnapshotDocument.parsed(writer)
    }

    private static func write(_ family: ImpactFigures.Family, _ facts: ImpactFacts, to object: inout JSONWriter) {
        object.member("code", family.code.text)
        write(family.total, to: &object)
        object.member("factors", listOf: family.byFactor.sorted { $0.key < $1.key }) { list, item in
            list.object { factor in
                factor.member("code", "\(item.key.code)/\(item.key.version)")
                factor.member("title", facts.factors[item.key]?.title)
                factor.member("functional_unit", facts.factors[item.key]?.functionalUnit)
                write(item.value, to: &factor)
            }
        }
    }

    private static func write(_ total: ImpactTotal, to object: inout JSONWriter) {
        for (basis, sum) in total.byBasis {
            object.member(basis.rawValue) { item in
                item.member("impacts", sum.impacts)
                for indicator in ImpactIndicator.allCases { write(sum.numbers[indicator], as: indicator.rawValue, to: &item) }
            }
        }
    }

    private static func write(_ number: ImpactSum.Number?, as name: String, to item: inout JSONWriter) {
        guard let number else { return item.member(name, nil as String?) }
        item.member(name) { amount in
            amount.member("low", number.bounded.low?.description)
            amount.member("central", number.bounded.central.description)
            amount.member("high", number.bounded.high?.description)
            amount.member("impacts", number.parts)
            amount.member("without_interval", number.withoutInterval)
        }
    }

    /// The sums of a frozen document, for its page.
    static func lines(of document: DocumentNode) -> [ImpactTable.Line] {
        (document.member("impacts")?.member("families")?.items ?? []).flatMap { family in
            ImpactBasis.allCases.compactMap { basis in
                guard let sum = family.member(basis.rawValue), let impacts = integer(sum, "impacts"), impacts > 0 else {
                    return nil
                }
                let amounts = ImpactIndicator.allCases.compactMap { indicator in
                    sum.member(indicator.rawValue).flatMap(amount).map { (indicator, $0) }
                }
                return ImpactTable.Line(
                    family: family.member("code")?.plainText ?? "", basis: basis, impacts: impacts,
                    amounts: Dictionary(uniqueKeysWithValues: amounts))
            }
        }
    }

    private static func amount(_ node: DocumentNode) -> ImpactTable.Amount? {
        guard let central = decimal(node, "central"), let parts = integer(node, "impacts"),
            let withoutInterval = integer(node, "without_interval")
        else { return nil }
        return ImpactTable.Amount(
            bounded: BoundedNumber(low: decimal(node, "low"), central: central, high: decimal(node, "high")), parts: parts,
            withoutInterval: withoutInterval)
    }

    private static func decimal(_ node: DocumentNode, _ name: String) -> ExactDecimal? {
        node.member(name)?.plainText.flatMap { ExactDecimal(reckoned: $0) }
    }

    private static func integer(_ node: DocumentNode, _ name: String) -> Int? { node.member(name)?.literal.flatMap { Int($0) } }
}

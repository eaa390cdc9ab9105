import ActionPlans
import Postgres

/// All that the figures of avoided impacts are reckoned from, as it was known at an instant.
struct ImpactFacts: Sendable {
    let figures: ImpactFigures
    let year: Period
    /// Of the day of its instant: an impact has a year, and no other day.
    let reading: Reading
    /// Those whose actions may be named.
    let named: Set<ImpactID>
    let factors: [ImpactPart.FactorVersion: ImpactFactor]
    /// On the last day of the year, or on the day in question before it.
    let names: [MinistryCode: String]
    let keyActions: (withEstimate: Int, withoutEstimate: Int)

    /// - Parameter asked: settled. Its day says nothing here.
    init(_ session: borrowing Session, of year: Period, in asked: Reading) throws {
        let reading = try Self.onItsDay(session, asked)
        self.year = year
        self.reading = reading
        var parts: [ImpactPart] = []
        var named: Set<ImpactID> = []
        var factors: [ImpactPart.FactorVersion: ImpactFactor] = [:]
        try session.stream(Self.counted(year, in: reading)) { row in
            let theme: Theme = try row.next()
            let mayBeNamed: Bool = try row.next()
            let record = try ImpactRecord(&row)
            let factor = ImpactPart.FactorVersion(code: record.impact.factor, version: record.impact.factorVersion)
            factors[factor] = record.factor
            if mayBeNamed { named.insert(record.id) }
            parts.append(
                ImpactPart(
                    id: record.id, theme: theme, factor: factor, methodFamily: record.factor.methodFamily,
                    basis: record.impact.basis, overlapGroup: record.impact.overlapGroup, amounts: record.amounts))
        }
        figures = ImpactFigures(parts)
        self.named = named
        self.factors = factors
        keyActions = try session.one(Self.keyActions(of: year.year, in: reading)) { row in
            (withEstimate: try row.next(), withoutEstimate: try row.next())
        }
        let bodies = try KnownBodies(session, in: reading)
        let day = min(year.lastDay, try session.one("select \(reading.day)") { row in try row.next(CivilDate.self) })
        let told = Set(parts.map(\.id.action.roadmap.ministry))
        names = Dictionary(uniqueKeysWithValues: told.map { ($0, bodies.name(of: $0, on: day)) })
    }

    /// What was known at an instant of the day of that instant never changes; without an instant, what is known now.
    static func onItsDay(_ session: borrowing Session, _ asked: Reading) throws -> Reading {
        guard let knownAt = asked.knownAt else { return .now }
        let day = try session.one("select paris_date(\(knownAt)::timestamptz)") { row in try row.next(CivilDate.self) }
        return Reading(of: day, knownAt: knownAt)
    }

    /// The states of roadmaps that the public figures count.
    private static var isCounted: SQL { "r.state = any(\(RoadmapState.published.map(\.code))::text[])" }

    /// Whether what an action `a` of a roadmap `r` avoids counts.
    static var actionCounts: SQL { "\(isCounted) and a.status <> \(ActionStatus.abandonnee.literal)" }

    private static func counted(_ year: Period, in reading: Reading) -> SQL {
        """
        select a.theme, \(Visibility.mayBeNamed(in: reading)), \(ImpactRecord.columns)
        from \(reading.actions())
        join (\(ImpactRecord.table)) on i.ministry = a.ministry and i.first_year = a.first_year and i.action = a.code
            and i.period = \(year) and \(reading.isKnown("i"))
        where \(actionCounts)
        order by i.ministry, i.first_year, i.action, i.number
        """
    }

    private static func keyActions(of year: Int, in reading: Reading) -> SQL {
        """
        select count(*) filter (where estimated), count(*) filter (where not estimated)
        from (
            select \(hasImpact(in: reading)) as estimated
            from \(reading.actions())
            where \(actionCounts) and \(.covers("r", oneOf: [year])) and a.key_action
        ) key_actions
        """
    }

    /// Whether an action `a` has an impact, of whatever year.
    static func hasImpact(in reading: Reading) -> SQL {
        """
        exists (
            select from impacts i
            where i.ministry = a.ministry and i.first_year = a.first_year and i.action = a.code and \(reading.isKnown("i")))
        """
    }
}

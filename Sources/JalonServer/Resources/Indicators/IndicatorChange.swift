import ActionPlans
import Documents
import Postgres

/// `PATCH /v1/indicators/{indicator}`. What changes the meaning begins another definition, from a period on.
struct IndicatorChange: ResourceWrite {
    let request: WriteRequest
    let faults: [Fault]
    private let code: IndicatorCode
    private let conditions: Conditions
    private let patch: IndicatorPatch
    private let practices: PracticeCatalogue
    private let language: Language

    init(_ call: Call) throws {
        code = try call.indicatorCode()
        conditions = try call.conditions()
        let noted = FaultList()
        var members = try call.members(noting: noted)
        request = try WriteRequest(ofNow: call, &members, noting: noted)
        patch = members.indicator()
        patch.noteNulls(members)
        members.finish(readOnly: IndicatorRecord.readOnlyMembers)
        practices = call.server.catalogue
        language = call.language
        faults = noted.faults
    }

    var lock: WriteLock { .indicators }

    func before(_ session: borrowing Session, for actor: Actor) throws -> IndicatorRecord {
        guard let record = try IndicatorQueries.find(session, code) else { throw Problem.notFound() }
        return record
    }

    func checkPrecondition(_ session: borrowing Session, on before: IndicatorRecord) throws {
        try conditions.checkWrite(of: before.tag(language), or: before.tags)
    }

    func decide(
        _ session: borrowing Session, from before: IndicatorRecord, in writing: Writing
    ) throws -> IndicatorDefinition? {
        let wanted = patch.applied(to: before.last)
        let unknown = try MinistryQueries.unknown(session, among: wanted.perimeter ?? [], inList: "perimeter", noted: faults)
        // A perimeter is a set: in another order it is the same.
        let (definition, found) = try numbered(wanted.checked(practices), session, before)
        let all = unknown + found
        guard all.isEmpty else { throw Refusal.invalid(all) }
        return definition.changes(from: before.last).isEmpty ? nil : definition
    }

    /// Where another definition begins, and what is wrong with that.
    private func numbered(
        _ checked: (definition: IndicatorDefinition, faults: [Fault]), _ session: borrowing Session, _ before: IndicatorRecord
    ) throws -> (IndicatorDefinition, [Fault]) {
        let former = before.last
        let meaning = checked.definition.differsInMeaning(from: former)
        guard let from = patch.fromPeriod.given, from != former.fromPeriod else {
            guard let first = meaning.first, try IndicatorQueries.isAnswered(session, code, definition: former.number) else {
                return checked
            }
            return (checked.definition, checked.faults + [.needsFromPeriod(first)])
        }
        let isRenewed = checked.definition.periodicity != former.periodicity && patch.firstPeriod == .absent
        // The first period is then that from which the definition holds: the former one is not judged by the new length.
        var faults = checked.faults.filter { !isRenewed || $0.member != "first_period" }
        if meaning.isEmpty { faults.append(.sameMeaning()) }
        if let own = former.fromPeriod, own.firstDay >= from.firstDay { faults.append(.beginsEarlier(former.number, own)) }
        if from.firstDay <= former.firstPeriod.firstDay, former.number == 1 {
            faults.append(.beginsAtTheFirst(former.firstPeriod))
        }
        if let last = try IndicatorQueries.lastAnswered(session, code, from: from) { faults.append(.answered(last)) }
        var definition = checked.definition.following(former, from: from)
        if isRenewed { definition.firstPeriod = from }
        return (definition, IndicatorDefinition.faults(of: definition, catalogue: practices).beyond(faults) + faults)
    }

    func store(
        _ session: borrowing Session, _ decision: IndicatorDefinition, over before: IndicatorRecord, in writing: Writing
    ) throws -> [NewChange] {
        [NewChange(.updated, .indicator(code), version: before.version + 1, decision.changes(from: before.last))]
    }

    func answer(
        _ session: borrowing Session, _ decision: IndicatorDefinition?, from before: IndicatorRecord, in writing: Writing
    ) throws -> Answer {
        guard let record = try IndicatorQueries.find(session, code) else { throw Problem.notFound() }
        return Answer.json { record.write(to: &$0, in: language) }.tagged(record.tag(language))
    }
}

extension IndicatorDefinition {
    /// The same under the next number.
    fileprivate func following(_ former: IndicatorDefinition, from period: Period) -> IndicatorDefinition {
        IndicatorDefinition(
            code: code, number: former.number + 1, fromPeriod: period, title: title, kind: kind, unit: unit,
            consolidation: consolidation, overTime: overTime, numerator: numerator, denominator: denominator,
            perimeter: perimeter,
            perimeterNote: perimeterNote, decimals: decimals, minimum: minimum, maximum: maximum, direction: direction,
            periodicity: periodicity, daysAllowed: daysAllowed, firstPeriod: firstPeriod, lastPeriod: lastPeriod, source: source,
            description: description, themes: themes, practices: practices)
    }
}

extension Fault {
    fileprivate static func needsFromPeriod(_ member: String) -> Fault {
        Fault(
            member, .inconsistent,
            Message(
                """
                Changer « \(member) » change ce qui est mesuré, et des mesures ont déjà été données : dites avec « from_period » à partir de quelle \
                période vaut la nouvelle définition. Les mesures d’avant gardent la leur.
                """,
                """
                Changing “\(member)” changes what is measured, and measures have been given already: say with “from_period” from which period on \
                the new definition holds. Earlier measures keep theirs.
                """))
    }

    fileprivate static func sameMeaning() -> Fault {
        Fault(
            "from_period", .inconsistent,
            Message(
                "Rien de ce qui est mesuré ne change : ôtez « from_period », la définition reste la même.",
                "Nothing of what is measured changes: take “from_period” out, the definition stays the same."))
    }

    fileprivate static func beginsEarlier(_ number: Int, _ period: Period) -> Fault {
        Fault(
            "from_period", .outOfRange,
            Message(
                "La définition \(number) vaut déjà à partir de \(period) : donnez une période plus récente.",
                "Definition \(number) holds from \(period) on already: give a later period."))
    }

    fileprivate static func beginsAtTheFirst(_ period: Period) -> Fault {
        Fault(
            "from_period", .outOfRange,
            Message(
                "L’indicateur commence à \(period) : une nouvelle définition ne vaut que pour des périodes qui suivent.",
                "The indicator begins at \(period): another definition is only for periods after that."))
    }

    fileprivate static func answered(_ period: Period) -> Fault {
        Fault(
            "from_period", .inconsistent,
            Message(
                """
                Des mesures soumises ou validées ont été données jusqu’à \(period) sous la définition actuelle : donnez une période qui suit, ou renvoyez \
                d’abord ces mesures.
                """,
                """
                Submitted or validated measures have been given up to \(period) under the present definition: give a period after it, or return these \
                measures first.
                """))
    }
}

extension Call {
    /// The one that the address names.
    func indicatorCode() throws -> IndicatorCode {
        guard let code = IndicatorCode(pathValue("indicator")) else { throw Problem.notFound() }
        return code
    }
}

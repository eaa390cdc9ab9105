import ActionPlans
import Documents

/// What a document makes of the measures that it lists.
struct MeasureDifference: Sendable {
    enum Change: String, Sendable, CaseIterable {
        case created, updated, unchanged
    }

    struct Entry: Sendable {
        let id: MeasureID
        /// nil for a new measure.
        let former: MeasureRecord?
        let measure: Measure

        var change: Change {
            guard let former else { return .created }
            return former.measure == measure ? .unchanged : .updated
        }

        /// As the members of a measure are told: a yes or a no is its answer, where history keeps 1 and 0 as the value.
        var fields: [MemberChange] {
            let (before, after) = (former?.measure.answer.yes ?? .null, measure.answer.yes)
            var fields = measure.changes(from: former?.measure)
            guard before != .null || after != .null, let place = fields.firstIndex(where: { $0.member == "value" }) else {
                return fields
            }
            let numbers = fields.remove(at: place)
            let value = MemberChange(
                member: "value", from: before == .null ? numbers.from : .null, to: after == .null ? numbers.to : .null)
            let answer = MemberChange(member: "answer", from: before, to: after)
            fields.insert(contentsOf: [value, answer].compactMap(\.self), at: place)
            return fields
        }
    }

    /// In the order of the list of measures.
    let entries: [Entry]
}

extension MeasureDifference {
    /// A document that is being judged. Every line is looked at, whatever is wrong with the others.
    struct Draft {
        private let before: MeasureApplication.Before
        private let judgement: MeasureJudgement
        private let foreign: Set<MinistryCode>
        private let role: Role
        private let reason: String?
        private var wanted: [MeasureID: Wanted] = [:]
        private var unknownIndicators: [String: Message] = [:]
        private var listed: Set<MeasureID> = []
        /// What breaks a rule.
        private(set) var faults: [Fault] = []
        /// What contradicts what is stored.
        private var conflicts: [Fault] = []
        /// What the caller may not do.
        private var refusals: [Fault] = []
        /// The lines about a ministry that the caller does not write for: they are compared with nothing that is stored.
        private var outside: [(ministry: MinistryCode, fault: Fault)] = []

        private struct Wanted {
            let place: Int
            let line: MeasureLine
            let definition: IndicatorDefinition
            let measure: Measure
        }

        init(
            before: MeasureApplication.Before, judgement: MeasureJudgement, foreign: Set<MinistryCode>, role: Role,
            reason: String?
        ) {
            self.before = before
            self.judgement = judgement
            self.foreign = foreign
            self.role = role
            self.reason = reason
        }

        /// What cannot be read of a line has its fault already.
        mutating func add(_ line: MeasureLine, at place: Int) {
            guard let ministry = line.ministry else { return }
            let isKnown = judgement.bodies.isKnown(ministry)
            let isForeign = isKnown && foreign.contains(ministry)
            if isForeign {
                let place = "measures/\(place)/ministry"
                outside.append((ministry, Fault(place, .inconsistent, .outsideMinistry([ministry]))))
            }
            guard let written = line.writtenIndicator else { return }
            let indicator = line.indicator.flatMap { before.indicators[$0] }
            if indicator == nil { add(Fault("indicator", .unknownReference, unknownIndicator(written)), at: place) }
            if !isKnown { add(.unknownMinistry(ministry, member: "ministry"), at: place) }
            guard let indicator, isKnown, !isForeign, let time = line.time else { return }
            guard let id = line.id(under: indicator) else { return add(.inNoPeriod(time), at: place) }
            guard listed.insert(id).inserted else { return add(.listedTwice(id), at: place) }
            let definition = indicator.definition(of: id.period) ?? indicator.last
            guard let answer = line.answer(of: definition.kind) else { return }
            let former = before.stored[id]?.measure
            let measure = line.statement.measure(id, answer, definition: definition.number, over: former, keeping: former)
            wanted[id] = Wanted(place: place, line: line, definition: definition, measure: measure)
        }

        /// Each wrong code is compared with all that there are, once; more of them than this are no slips of the hand.
        private mutating func unknownIndicator(_ written: String) -> Message {
            if let told = unknownIndicators[written] { return told }
            let isToldNearest = unknownIndicators.count < FaultList.most
            let message = Message.unknownIndicator(written, among: isToldNearest ? before.codes : [])
            unknownIndicators[written] = message
            return message
        }

        /// Judges each measure beside the one of the period before, as the document leaves it.
        mutating func judged() -> MeasureDifference {
            var entries: [Entry] = []
            entries.reserveCapacity(wanted.count)
            for (id, one) in wanted.sorted(by: { $0.key < $1.key }) {
                let former = before.stored[id]
                let previous = id.previous.flatMap { wanted[$0]?.measure ?? before.stored[$0]?.measure }
                let (measure, found) = judgement.judged(
                    one.measure, against: one.definition, over: former?.measure, previous: previous)
                let computed = one.line.computedValueFaults(measure.answer, of: one.definition)
                for fault in computed + found.beyond(computed) { add(fault, at: one.place) }
                if measure != former?.measure { check(measure, over: former, one) }
                entries.append(Entry(id: id, former: former, measure: measure))
            }
            return MeasureDifference(entries: entries)
        }

        /// A line that says what is stored already is no conflict, whatever version it names: a document can be sent twice.
        private mutating func check(_ measure: Measure, over former: MeasureRecord?, _ one: Wanted) {
            if let version = one.line.version, version != former?.version {
                conflicts.append(
                    .otherVersion(version, than: former?.version, of: measure.key).placed("measures/\(one.place)/version"))
            }
            do throws(Refusal) {
                try measure.checkWrite(over: former?.measure, by: role, reason: reason)
            } catch {
                switch error {
                // The reason is that of the whole document; which line asks for it is told.
                case .invalid(let found): faults += found.map { $0.placed("measures/\(one.place)") }
                case .conflict(_, let fault): conflicts.append(fault.placed("measures/\(one.place)/state"))
                case .forbidden(let message): refusals.append(Fault("measures/\(one.place)/state", .inconsistent, message))
                case .conflicts, .outsideMinistry, .roadmapClosed, .revisionRequired, .transitionRefused: break
                }
            }
        }

        private mutating func add(_ fault: Fault, at place: Int) {
            faults.append(fault.placed("measures/\(place)" + (fault.member.isEmpty ? "" : "/\(fault.member)")))
        }

        /// All that has to be mended, so that nobody is told one thing after the other.
        var allFaults: [Fault] { faults + conflicts + refusals }

        /// The refusal of a document about ministries that the caller does not write for: each such line, then all else that is to
        /// be mended.
        /// - Parameter noted: what was wrong already.
        func outside(beside noted: [Fault], in document: SentDocument?) -> Problem? {
            guard !outside.isEmpty else { return nil }
            var problem = Problem(.outsideMinistry, .outsideMinistry(Set(outside.map(\.ministry)).sorted()))
            let located = [outside.map(\.fault), noted + allFaults.beyond(noted)].flatMap { document?.located($0) ?? [] }
            problem.faults = Array(located.prefix(LocatedFault.most))
            return problem
        }

        /// The refusal of a document that breaks no rule; nil for one that may be applied.
        func conflict(in document: SentDocument?) -> Problem? {
            let (kind, found): (ProblemKind, [Fault]) =
                conflicts.isEmpty ? (.forbidden, refusals) : (.conflict, conflicts + refusals)
            guard !found.isEmpty else { return nil }
            var problem = Problem(
                kind,
                Message(
                    found.count == 1
                        ? "Une mesure ne peut pas être appliquée." : "\(found.count) mesures ne peuvent pas être appliquées.",
                    found.count == 1 ? "One measure cannot be applied." : "\(found.count) measures cannot be applied."))
            problem.faults = Array((document?.located(found) ?? []).prefix(LocatedFault.most))
            return problem
        }
    }
}

extension Fault {
    fileprivate func placed(_ path: String) -> Fault { Fault(path, code, message) }

    fileprivate static func listedTwice(_ id: MeasureID) -> Fault {
        Fault(
            "", .duplicate,
            Message(
                "La mesure \(id) est déjà donnée plus haut : n’en gardez qu’une ligne.",
                "The measure \(id) is given above already: keep one line of it."))
    }

    fileprivate static func inNoPeriod(_ time: MeasureLine.Time) -> Fault {
        let shown = if case .day(let day) = time { day.description } else { "" }
        return Fault(
            "period", .outOfRange,
            Message(
                "« \(shown) » n’est dans aucune période : de \(Period.years.lowerBound) à \(Period.years.upperBound).",
                "“\(shown)” lies in no period: from \(Period.years.lowerBound) to \(Period.years.upperBound)."))
    }

    fileprivate static func otherVersion(_ version: Int, than stored: Int?, of key: String) -> Fault {
        guard let stored else {
            return Fault(
                "version", .inconsistent,
                Message(
                    "La mesure \(key) n’existe pas ou plus, et la ligne dit sa version \(version) : videz « version » pour la créer.",
                    "The measure \(key) does not exist, or no longer, and the line says its version \(version): empty “version” to create it."
                ))
        }
        return Fault(
            "version", .inconsistent,
            Message(
                "La mesure \(key) a changé : la ligne dit sa version \(version), elle en est à la version \(stored). Relisez-la d’abord.",
                "The measure \(key) has changed: the line says its version \(version), it is at version \(stored). Read it again first."
            ))
    }
}

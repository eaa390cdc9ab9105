import ActionPlans
import Documents

/// How the members of an indicator, of a target and of a measure are read from a request.
extension Message {
    /// - Parameter codes: those that there are, of which the nearest is told.
    static func unknownIndicator(_ code: String, among codes: [String]) -> Message {
        let closest = Closeness.closest(to: code, among: codes).first
        return Message(
            "L’indicateur « \(code.clipped) » n’existe pas." + (closest.map { " Vouliez-vous « \($0) » ?" } ?? ""),
            "The indicator “\(code.clipped)” does not exist." + (closest.map { " Did you mean “\($0)”?" } ?? ""))
    }
}

extension MemberReader {
    /// A number, or a text that is one: JSON readers of many clients would round a number.
    mutating func decimal(
        _ name: String, _ read: (String) -> ExactDecimal? = { ExactDecimal($0) }
    ) -> Assignment<ExactDecimal> {
        number(name, read) { written in
            Message(
                """
                « \(written.clipped) » n’est pas un nombre décimal d’au plus \(ExactDecimal.mostWholeDigits) chiffres avant la virgule et \
                \(ExactDecimal.mostDecimals) après, comme 5.7 ou "5.70".
                """,
                """
                “\(written.clipped)” is not a decimal number of at most \(ExactDecimal.mostWholeDigits) digits before the point and \
                \(ExactDecimal.mostDecimals) after it, such as 5.7 or "5.70".
                """)
        }
    }

    mutating func period(_ name: String) -> Assignment<Period> {
        let assignment = text(name)
        guard let text = assignment.given else { return assignment == .null ? .null : .absent }
        if let period = Period(text) { return .value(period) }
        add(name, .invalidValue, .notAPeriod(text))
        return .absent
    }

    mutating func newIndicatorCode() -> IndicatorCode? {
        guard let text = required("code", text("code")) else { return nil }
        if let code = IndicatorCode(text) { return code }
        add(
            "code", .invalidValue,
            Message("Un code d’indicateur s’écrit \(IndicatorCode.form).", "An indicator code is \(IndicatorCode.form)."))
        return nil
    }

    /// The members that a person says of an indicator, whether it is new or changes.
    mutating func indicator() -> IndicatorPatch {
        var patch = IndicatorPatch()
        patch.fromPeriod = period("from_period")
        patch.title = text("title")
        patch.description = text("description")
        patch.kind = code("kind")
        patch.unit = text("unit")
        patch.consolidation = code("consolidation")
        patch.overTime = code("over_time")
        patch.numerator = text("numerator")
        patch.denominator = text("denominator")
        patch.perimeter = ministries("perimeter", 1...IndicatorDefinition.largestPerimeter)
        patch.perimeterNote = text("perimeter_note")
        patch.decimals = integer("decimals", in: IndicatorDefinition.allDecimals)
        patch.minimum = decimal("minimum")
        patch.maximum = decimal("maximum")
        patch.direction = code("direction")
        patch.periodicity = code("periodicity")
        patch.daysAllowed = integer("days_allowed", in: IndicatorDefinition.allDaysAllowed)
        patch.firstPeriod = period("first_period")
        patch.lastPeriod = period("last_period")
        patch.source = text("source")
        patch.themes = codes("themes")
        patch.practices = texts("practices")
        return patch
    }

    /// A list of distinct codes of a vocabulary.
    private mutating func codes<Code: Vocabulary>(_ name: String) -> Assignment<[Code]> {
        let assignment = texts(name)
        guard let texts = assignment.given else { return assignment == .null ? .null : .absent }
        var codes: [Code] = []
        for (index, text) in texts.enumerated() {
            if let code = Code(rawValue: text) {
                codes.append(code)
            } else {
                add("\(name)/\(index)", .invalidValue, .notOneOf(text, of: Code.self, labels: nil))
            }
        }
        return codes.count == texts.count ? .value(codes) : .absent
    }

    /// The whole list of the targets of an indicator.
    mutating func targets() -> [IndicatorTarget]? {
        let list = objects("targets", atMost: IndicatorTarget.most) { item -> IndicatorTarget? in
            let body = item.text("ministry")
            let ministry = body.given.flatMap { MinistryCode($0) }
            if let text = body.given, ministry == nil { item.add("ministry", .unknownReference, .unknownMinistry(text)) }
            let period = item.required("period", item.period("period"))
            let value = item.required("value", item.decimal("value"))
            let basePeriod = item.period("base_period")
            let baseValue = item.decimal("base_value")
            let source = item.text("source")
            let note = item.text("note")
            item.finish()
            guard let period, let value else { return nil }
            return IndicatorTarget(
                ministry: ministry, period: period, value: value, basePeriod: basePeriod.given, baseValue: baseValue.given,
                source: source.given, note: note.given)
        }
        return required("targets", list)
    }
}

extension Message {
    static func notAPeriod(_ text: String) -> Message {
        Message(
            "« \(text.clipped) » n’est pas une période : écrivez 2025, 2025-S1 (semestre), 2025-T3 (trimestre) ou 2025-07 (mois).",
            "“\(text.clipped)” is not a period: write 2025, 2025-S1 (semester), 2025-T3 (quarter) or 2025-07 (month).")
    }
}

/// What a write says of an indicator.
struct IndicatorPatch: Sendable {
    var fromPeriod: Assignment<Period> = .absent
    var title: Assignment<String> = .absent
    var description: Assignment<String> = .absent
    var kind: Assignment<IndicatorKind> = .absent
    var unit: Assignment<String> = .absent
    var consolidation: Assignment<Consolidation> = .absent
    var overTime: Assignment<OverTime> = .absent
    var numerator: Assignment<String> = .absent
    var denominator: Assignment<String> = .absent
    var perimeter: Assignment<[MinistryCode]> = .absent
    var perimeterNote: Assignment<String> = .absent
    var decimals: Assignment<Int> = .absent
    var minimum: Assignment<ExactDecimal> = .absent
    var maximum: Assignment<ExactDecimal> = .absent
    var direction: Assignment<Direction> = .absent
    var periodicity: Assignment<Periodicity> = .absent
    var daysAllowed: Assignment<Int> = .absent
    var firstPeriod: Assignment<Period> = .absent
    var lastPeriod: Assignment<Period> = .absent
    var source: Assignment<String> = .absent
    var themes: Assignment<[Theme]> = .absent
    var practices: Assignment<[String]> = .absent

    /// What becomes of an indicator. Members that must have a value keep theirs where the write says null: that is a fault, which
    /// is told apart.
    func applied(to former: IndicatorDefinition) -> IndicatorDefinition {
        var wanted = former
        wanted.title = title.given ?? former.title
        wanted.description = description.resolved(over: former.description)
        wanted.kind = kind.given ?? former.kind
        wanted.unit = unit.given ?? former.unit
        wanted.consolidation = consolidation.given ?? former.consolidation
        wanted.overTime = overTime.resolved(over: former.overTime)
        wanted.numerator = numerator.resolved(over: former.numerator)
        wanted.denominator = denominator.resolved(over: former.denominator)
        wanted.perimeter = perimeter.resolved(over: former.perimeter)
        wanted.perimeterNote = perimeterNote.resolved(over: former.perimeterNote)
        wanted.decimals = decimals.given ?? former.decimals
        wanted.minimum = minimum.resolved(over: former.minimum)
        wanted.maximum = maximum.resolved(over: former.maximum)
        wanted.direction = direction.given ?? former.direction
        wanted.periodicity = periodicity.given ?? former.periodicity
        wanted.daysAllowed = daysAllowed.given ?? former.daysAllowed
        wanted.firstPeriod = firstPeriod.given ?? former.firstPeriod
        wanted.lastPeriod = lastPeriod.resolved(over: former.lastPeriod)
        wanted.source = source.resolved(over: former.source)
        wanted.themes = themes.given ?? (themes == .null ? [] : former.themes)
        wanted.practices = practices.given ?? (practices == .null ? [] : former.practices)
        return wanted
    }

    /// The members that may not be null, with what the write says of them.
    private var needed: [(name: String, isNull: Bool, isGiven: Bool)] {
        [
            ("title", title == .null, title.given != nil), ("kind", kind == .null, kind.given != nil),
            ("unit", unit == .null, unit.given != nil),
            ("consolidation", consolidation == .null, consolidation.given != nil),
            ("decimals", decimals == .null, decimals.given != nil), ("direction", direction == .null, direction.given != nil),
            ("periodicity", periodicity == .null, periodicity.given != nil),
            ("days_allowed", daysAllowed == .null, daysAllowed.given != nil),
            ("first_period", firstPeriod == .null, firstPeriod.given != nil),
        ]
    }

    func noteNulls(_ members: MemberReader) {
        for (name, isNull, _) in needed where isNull { members.add(name, .required, .required(name)) }
    }

    /// The new indicator; nil where a member that it needs is missing, which is noted.
    func created(_ code: IndicatorCode, _ members: inout MemberReader) -> IndicatorDefinition? {
        let title = members.required("title", title)
        let kind = members.required("kind", kind)
        let unit = members.required("unit", unit)
        let consolidation = members.required("consolidation", consolidation)
        let direction = members.required("direction", direction)
        let periodicity = members.required("periodicity", periodicity)
        let daysAllowed = members.required("days_allowed", daysAllowed)
        let firstPeriod = members.required("first_period", firstPeriod)
        guard let title, let kind, let unit, let consolidation, let direction, let periodicity, let daysAllowed, let firstPeriod
        else {
            return nil
        }
        return applied(
            to: IndicatorDefinition(
                code: code, title: title, kind: kind, unit: unit, consolidation: consolidation, direction: direction,
                periodicity: periodicity, daysAllowed: daysAllowed, firstPeriod: firstPeriod))
    }
}

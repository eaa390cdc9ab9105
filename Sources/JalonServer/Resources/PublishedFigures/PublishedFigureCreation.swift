import ActionPlans
import Documents
import NIOCore
import Postgres

/// `POST /v1/published-figures`: tells what was printed elsewhere, or corrects what was told of it.
enum PublishedFigureCreation {
    private struct Wanted: Sendable {
        let year: Int
        let statement: String
        let publisher: String
        let title: String
        let publishedOn: CivilDate
        let source: String
        let page: String?
        let replaces: PublishedFigureID?
        let numbers: [PublishedNumber]
    }

    private static let statementRule = TextRule(longest: 1_000)
    private static let lineRule = TextRule(longest: 300)
    private static let sourceRule = TextRule(longest: 500)
    private static let pageRule = TextRule(longest: 100)
    private static let mostNumbers = 20
    /// Those below are of the installation.
    private static let lastRankOfInstallation = 100

    @Sendable static func post(_ call: Call) async throws -> Answer {
        let actor = try call.caller()
        var parameters = call.parameters()
        let dryRun = parameters.flag("dry_run") ?? false
        try parameters.finish()
        let wanted = try wanted(call)
        return try await call.post(dryRun: dryRun) { session in
            let id = try store(session, wanted, by: actor)
            return try PublishedFigureEndpoints.answer(session, id, in: .now).created(at: "/v1/published-figures/\(id)")
        }
    }

    /// Visible characters of ASCII after `https://`, but for those that end an address where it is quoted.
    private static func isAddress(_ text: String) -> Bool {
        let rest = text.utf8.dropFirst("https://".utf8.count)
        return text.hasPrefix("https://") && !rest.isEmpty
            && rest.allSatisfy { (0x21...0x7E).contains($0) && !"\"<>".utf8.contains($0) }
    }

    private static func wanted(_ call: Call) throws -> Wanted {
        let noted = FaultList()
        var members = try call.members(noting: noted)
        let year = members.required("year", members.integer("year", in: RoadmapID.years))
        func line(_ name: String, _ rule: TextRule) -> String? {
            members.required(name, members.text(name)).flatMap { rule.checked($0, name, noting: noted) }
        }
        let statement = line("statement", statementRule)
        let publisher = line("publisher", lineRule)
        let title = line("title", lineRule)
        let publishedOn = members.required("published_on", members.date("published_on"))
        let source = line("source", sourceRule)
        if let source, !isAddress(source) {
            noted.add(
                Fault(
                    "source", .invalidValue,
                    Message(
                        "La source est une adresse en https://, sans espace ni accent : copiez-la depuis la barre du navigateur.",
                        "The source is an https:// address without blanks or accents: copy it from the bar of the browser.")))
        }
        let page = members.text("page").given.flatMap { pageRule.checked($0, "page", noting: noted) }
        let replaced = members.text("replaces").given
        let read = members.objects("numbers", atMost: mostNumbers) { one in number(&one) }
        let stated = members.required("numbers", read) ?? []
        let numbers = stated.compactMap(\.self)
        noteRepeated(stated, noted)
        members.finish(readOnly: ["id", "created_at", "links"])
        let replaces = replaced.flatMap { PublishedFigure.id($0) }
        if let replaced, replaces == nil || replaces?.year != year { noted.add(.unknownPublishedFigure(replaced)) }
        try noted.check()
        guard let year, let statement, let publisher, let title, let publishedOn, let source else {
            throw Refusal.invalid(noted.faults)
        }
        guard !numbers.isEmpty else {
            throw Refusal.invalid([
                Fault("numbers", .required, Message("Donnez au moins un nombre.", "Give at least one number."))
            ])
        }
        return Wanted(
            year: year, statement: statement, publisher: publisher, title: title, publishedOn: publishedOn, source: source,
            page: page,
            replaces: replaces, numbers: numbers)
    }

    private static func noteRepeated(_ numbers: [PublishedNumber?], _ noted: FaultList) {
        for (place, one) in numbers.enumerated() {
            guard let one, numbers[..<place].contains(where: { $0?.subject == one.subject }) else { continue }
            noted.add(
                Fault(
                    "numbers/\(place)", .duplicate,
                    Message(
                        "Un nombre plus haut est déjà du même indicateur, ou de la même mesure : gardez-en un.",
                        "A number above is of the same indicator or measure already: keep one of them.")))
        }
    }

    /// A number of actions or of an indicator, and not of both.
    private static func number(_ members: inout MemberReader) -> PublishedNumber? {
        let measure = members.text("measure")
        let indicator = members.text("indicator")
        let stated = members.text("relation")
        if stated == .null { members.add("relation", .required, .required("relation")) }
        let relation = stated.given ?? PublishedNumber.Relation.exact.rawValue
        let value = members.required("value", members.decimal("value"))
        let known = PublishedNumber.Relation(rawValue: relation)
        if known == nil {
            members.add("relation", .invalidValue, .notOneOf(relation, PublishedNumber.Relation.allCases.map(\.rawValue)))
        }
        guard (measure.given == nil) != (indicator.given == nil) else {
            members.add(
                "", measure.given == nil ? .required : .inconsistent,
                Message(
                    "Dites de quoi est le nombre : « measure » (actions, percent_realisees) ou « indicator », l’un des deux.",
                    "Say what the number is of: “measure” (actions, percent_realisees) or “indicator”, one of them."))
            return nil
        }
        guard let subject = subject(measure.given, indicator.given, &members), let known, let value else { return nil }
        return PublishedNumber(subject: subject, relation: known, value: value)
    }

    private static func subject(
        _ measure: String?, _ indicator: String?, _ members: inout MemberReader
    ) -> PublishedNumber.Subject? {
        if let measure {
            if let known = PublishedMeasure(rawValue: measure) { return .measure(known) }
            members.add("measure", .invalidValue, .notOneOf(measure, PublishedMeasure.allCases.map(\.rawValue)))
        }
        if let indicator {
            if let code = IndicatorCode(indicator) { return .indicator(code) }
            members.add("indicator", .unknownReference, .unknownIndicator(indicator, among: []))
        }
        return nil
    }

    private static func store(_ session: borrowing Session, _ wanted: Wanted, by actor: Actor) throws -> PublishedFigureID {
        try WriteLock.snapshots(wanted.year).take(session)
        let moment = try WriteMoment.read(session)
        guard wanted.publishedOn <= moment.today else {
            throw Refusal.invalid([
                Fault(
                    "published_on", .outOfRange,
                    Message(
                        "\(wanted.publishedOn) est à venir : un chiffre se note une fois publié.",
                        "\(wanted.publishedOn) is to come: a figure is told once it is published."))
            ])
        }
        for number in wanted.numbers {
            guard case .indicator(let code) = number.subject else { continue }
            guard try IndicatorQueries.find(session, code) != nil else {
                let message = Message.unknownIndicator(code.text, among: try IndicatorQueries.codes(session))
                throw Refusal.invalid([Fault("numbers", .unknownReference, message)])
            }
        }
        if let former = wanted.replaces { try end(session, former, at: moment.instant) }
        let rank = try session.one(
            "select greatest(max(e.rank), \(lastRankOfInstallation)) + 1 from external_figures e where e.year = \(wanted.year)"
        ) { row in try row.next(Int.self) }
        guard rank <= PublishedFigure.lastRank else { throw Refusal.invalid([.tooManyPublishedFigures(wanted.year)]) }
        try session.execute(
            """
            insert into external_figures (year, rank, statement, publisher, title, published_on, source, page, numbers, replaces,
                known_from, author_principal, author_token, author_label)
            values (\(wanted.year), \(rank), \(wanted.statement), \(wanted.publisher), \(wanted.title), \(wanted.publishedOn)::date,
                \(wanted.source), \(wanted.page), \(json(wanted.numbers))::jsonb, \(wanted.replaces?.number),
                \(moment.instant)::timestamptz, \(actor.principal), \(actor.token), \(actor.label))
            """)
        return PublishedFigureID(year: wanted.year, number: rank)
    }

    private static func end(_ session: borrowing Session, _ id: PublishedFigureID, at instant: String) throws {
        let ended = try session.execute(
            """
            update external_figures e set known_to = \(instant)::timestamptz
            where e.year = \(id.year) and e.rank = \(id.number) and e.known_to = 'infinity'
            """)
        guard ended == 1 else { throw Refusal.invalid([.unknownPublishedFigure(id.description)]) }
    }

    private static func json(_ numbers: [PublishedNumber]) -> String {
        var writer = JSONWriter(capacity: 256)
        writer.list(of: numbers) { list, number in list.object { number.write(to: &$0) } }
        return String(buffer: writer.buffer)
    }
}

extension Fault {
    fileprivate static func unknownPublishedFigure(_ id: String) -> Fault {
        Fault(
            "replaces", .unknownReference,
            Message(
                "« \(id.clipped) » n’est pas un chiffre publié de la même année, ou est déjà remplacé.",
                "“\(id.clipped)” is not a published figure of the same year, or is replaced already."))
    }

    fileprivate static func tooManyPublishedFigures(_ year: Int) -> Fault {
        Fault(
            "year", .tooMany,
            Message("Trop de chiffres publiés sont notés pour \(year).", "Too many published figures are told of \(year)."))
    }
}

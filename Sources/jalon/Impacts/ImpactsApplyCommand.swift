import ActionPlans
import ArgumentParser
import Documents

struct ImpactsApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: Message(
            "Donne des facteurs et des impacts d’actions, d’après un fichier.",
            "Gives factors and impacts of actions, from a file."
        ).shown,
        discussion: Message(
            """
            Le fichier a une liste « factors », ce que prend POST /v1/impact-factors, et une liste « impacts », ce que prend \
            POST /v1/actions/{action}/impacts avec « action » en plus. Un impact qui a l’action, le facteur et l’année d’un autre le modifie ; s’il y en a \
            plusieurs, d’un côté ou de l’autre, « comment » les distingue. \
            Tout est appliqué dans l’ordre, jusqu’à ce qui est refusé : corrigez-le, puis appliquez de nouveau le fichier.
            """,
            """
            The file has a list “factors”, what POST /v1/impact-factors takes, and a list “impacts”, what POST /v1/actions/{action}/impacts takes \
            with “action” besides. An impact of the action, factor and year of one that is there changes that one; where there are several, on either \
            side, “comment” tells them apart. All is applied in order, up \
            to what is refused: correct it, then apply the file again.
            """
        ).shown)

    @Argument(
        help: Message("Fichier YAML ou JSON, ou - pour l’entrée standard.", "YAML or JSON file, or - for standard input.").help,
        completion: .file(extensions: ["yaml", "yml", "json"]))
    var file: String

    @OptionGroup var server: ServerOptions

    func run() async throws {
        let source = try SourceFile(reading: file)
        let root = DocumentNode?.some(source.root)
        let keys = try Self.checked(source)
        let outcome = try await ServerClient.use(server) { client in
            var outcome = ImpactsOutcome()
            for factor in root["factors"].items { try await StatedFactor(factor).apply(client, &outcome) }
            for impact in root["impacts"].items { try await StatedImpact(impact, keys).apply(client, &outcome) }
            return outcome
        }
        try Terminal.report(outcome.lines, of: Message("Tout est enregistré.", "All is stored."))
    }

    /// - Returns: how many impacts the file has of each action, factor and year.
    private static func checked(_ source: SourceFile) throws(Failure) -> [ImpactKey: Int] {
        var counts: [ImpactKey: Int] = [:]
        var told: Set<[String?]> = []
        let noted = FaultList()
        var members = MemberReader(source.root, faults: noted)
        _ = members.objects("factors", atMost: 1_000) { one in one.required("code", one.text("code")) }
        _ = members.objects("impacts", atMost: 10_000) { one in
            let action = one.required("action", one.text("action"))
            if let action, ActionID(action) == nil {
                one.add(
                    "action", .invalidValue,
                    Message("« \(action.printable) » n’est pas une action.", "“\(action.printable)” is no action."))
            }
            let factor = one.required("factor", one.text("factor"))
            let key = ImpactKey(action: action, factor: factor, period: one.text("period").given)
            counts[key, default: 0] += 1
            if !told.insert([key.action, key.factor, key.period, one.text("comment").given]).inserted {
                one.add(
                    "", .duplicate,
                    Message(
                        "Un impact plus haut a la même action, le même facteur, la même année et le même « comment » : dites-y ce qui les distingue.",
                        "An impact above has the same action, factor, year and “comment”: say there what tells them apart."))
            }
            return factor
        }
        members.finish()
        guard noted.faults.isEmpty else {
            throw Failure(
                .refused,
                Message("\(source.name) ne dit pas ce qui est évité.", "\(source.name) does not say what is avoided."),
                details: noted.faults.map { "\(source.place(of: $0.member)): /\($0.member): \($0.message.shown)" })
        }
        return counts
    }
}

/// What most impacts are told apart by.
private struct ImpactKey: Hashable {
    let action: String?
    let factor: String?
    let period: String?
}

/// What became of each thing that the file states.
private struct ImpactsOutcome {
    enum Change {
        case created, updated, unchanged
    }

    private var counts: [Change: Int] = [:]
    private var changed: [String] = []

    /// - Parameter what: names what changed, so that an older file shows itself; what is new or as it was is counted only.
    mutating func note(_ change: Change, _ what: Message? = nil) {
        counts[change, default: 0] += 1
        if let what { changed.append(what.shown) }
    }

    var lines: [String] {
        let (created, updated, unchanged) = (counts[.created] ?? 0, counts[.updated] ?? 0, counts[.unchanged] ?? 0)
        let total = Message(
            "Facteurs et impacts : créés \(created), modifiés \(updated), inchangés \(unchanged)",
            "Factors and impacts: created \(created), updated \(updated), unchanged \(unchanged)")
        return changed + [total.shown]
    }
}

/// A factor as a file states it: what is known already is not told again.
private struct StatedFactor {
    private let node: DocumentNode

    init(_ node: DocumentNode) { self.node = node }

    func apply(_ client: ServerClient, _ outcome: inout ImpactsOutcome) async throws {
        var request = ServerClient.Request("/v1/impact-factors")
        request.method = "POST"
        request.body = (JSONText.bytes(node), "application/json")
        let answer = try await client.send(request)
        guard answer.isSuccess else { throw answer.failure().about(node["code"].text) }
        guard answer.status == 201 else { return outcome.note(.unchanged) }
        let factor = try JSONText.document(answer)
        guard let code = factor["code"].text, let version = factor["version"].integer, version > 1 else {
            return outcome.note(.created)
        }
        outcome.note(.updated, Message("\(code) : version \(version)", "\(code): version \(version)"))
    }
}

/// An impact as a file states it.
private struct StatedImpact {
    private let action: String
    private let node: DocumentNode
    /// Whether no other impact of the file has its key.
    private let isAlone: Bool

    init(_ node: DocumentNode, _ keys: [ImpactKey: Int]) {
        self.node = node
        action = node["action"].text ?? ""
        let key = ImpactKey(action: action, factor: node["factor"].text, period: node["period"].text)
        isAlone = keys[key] == 1
    }

    private var path: String { "/v1/actions/\(action)/impacts" }

    func apply(_ client: ServerClient, _ outcome: inout ImpactsOutcome) async throws {
        let number = try await same(client)
        var request = ServerClient.Request(number.map { "\(path)/\($0)" } ?? path)
        let there = number == nil ? nil : try await read(client, request.path)
        request.method = there == nil ? "POST" : "PATCH"
        request.ifMatch = there?.entityTag
        guard case .object(let members) = node.content else { return }
        let own = DocumentNode(.object(members.filter { $0.name != "action" }.map(Self.whole)), at: node.position)
        request.body = (JSONText.bytes(own), there == nil ? "application/json" : "application/merge-patch+json")
        let answer = try await client.send(request)
        guard answer.isSuccess else { throw answer.failure().about(action) }
        guard let there, let number else { return outcome.note(.created) }
        let names = try ChangedMembers.names(from: there, to: answer).joined(separator: ", ")
        if names.isEmpty { return outcome.note(.unchanged) }
        outcome.note(
            .updated, Message("\(action)/\(number) modifié (\(names))", "\(action)/\(number) updated (\(names))"))
    }

    /// A quantity replaces the one that is there, with its bounds, whether it has bounds itself or not.
    private static func whole(_ member: (name: String, node: DocumentNode)) -> (name: String, node: DocumentNode) {
        guard member.name == "quantity", case .object(let bounds) = member.node.content else { return member }
        let lacking = ["low", "high"].filter { name in !bounds.contains { $0.name == name } }
        let all = bounds + lacking.map { ($0, DocumentNode(.null, at: member.node.position)) }
        return (member.name, DocumentNode(.object(all), at: member.node.position))
    }

    /// The number of the one that it is about, of the same action, factor and year: the one of the same comment, or the only one on both
    /// sides; nil for none.
    private func same(_ client: ServerClient) async throws -> Int? {
        var found: [DocumentNode] = []
        var request = ServerClient.Request(path)
        request.query = [("limit", "200")]
        do {
            try await client.pages(of: request) { answer in
                found += try JSONText.items(of: answer).filter {
                    $0["factor"].text == node["factor"].text && $0["period"].text == node["period"].text
                }
                return true
            }
        } catch let failure as Failure {
            throw failure.about(action)
        }
        let same = found.first { $0["comment"].text == node["comment"].text }
        return (same ?? (isAlone && found.count == 1 ? found.first : nil))?["number"].integer
    }

    private func read(_ client: ServerClient, _ path: String) async throws -> ServerAnswer {
        let answer = try await client.send(ServerClient.Request(path))
        guard answer.isSuccess else { throw answer.failure().about(action) }
        return answer
    }
}

extension Failure {
    /// The refusal of one of several, by its name.
    func about(_ name: String?) -> Failure {
        Failure(status, [name, text].compactMap(\.self).joined(separator: Message(" : ", ": ").shown), details: details)
    }
}

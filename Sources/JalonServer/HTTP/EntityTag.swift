import ActionPlans
import HTTPTypes

/// A strong validator (RFC 9110, 8.8.3).
package struct EntityTag: Hashable, Sendable {
    package let opaque: String

    package init(_ opaque: String) {
        self.opaque = opaque
    }

    package var field: String { "\"\(opaque)\"" }
}

/// The conditions of a request on the state of a resource.
package struct Conditions: Sendable {
    enum Tags: Sendable {
        case any
        /// Weak tags are kept apart: a strong comparison never matches them.
        case listed([EntityTag], weak: [EntityTag])
    }

    private let ifMatch: Tags?
    private let ifNoneMatch: Tags?

    /// - Throws: ``ProblemKind/malformedRequest`` when a field is not a list of entity tags.
    package init(_ fields: HTTPFields) throws {
        ifMatch = try Self.tags(fields, .ifMatch)
        ifNoneMatch = try Self.tags(fields, .ifNoneMatch)
    }

    /// For a write on what exists: `If-Match` must be there and name the current state.
    /// - Parameter others: the validators of the same state in its other formats.
    package func checkWrite(of current: EntityTag, or others: [EntityTag] = []) throws {
        guard !isUnmodified(current) else { throw Self.failed(current) }
        guard let ifMatch else {
            var problem = Problem(
                .preconditionRequired,
                .init(
                    "Envoyez If-Match avec l’ETag lu par GET (ou « * » pour écraser sans comparer).",
                    "Send If-Match with the ETag that GET answered (or “*” to overwrite without comparing)."))
            problem.fields[.eTag] = current.field
            throw problem
        }
        guard case .listed(let tags, _) = ifMatch else { return }
        guard tags.contains(where: { $0 == current || others.contains($0) }) else { throw Self.failed(current) }
    }

    /// For a PUT on what does not exist yet: `If-Match` cannot hold.
    package func checkCreation() throws {
        guard ifMatch == nil else { throw Self.failed(nil) }
    }

    /// Whether a GET can be answered 304.
    package func isUnmodified(_ current: EntityTag) -> Bool {
        switch ifNoneMatch {
        case nil: false
        case .any?: true
        case .listed(let strong, let weak)?: strong.contains(current) || weak.contains(current)
        }
    }

    private static func failed(_ current: EntityTag?) -> Problem {
        var problem = Problem(
            .preconditionFailed,
            current == nil
                ? .init("Cette ressource n’existe pas.", "This resource does not exist.")
                : .init(
                    "La ressource a changé depuis votre lecture : relisez-la (ETag actuel en réponse), puis recommencez.",
                    "The resource has changed since you read it: read it again (current ETag in this answer), then retry."))
        if let current { problem.fields[.eTag] = current.field }
        return problem
    }

    private static func malformed(_ name: HTTPField.Name) -> Problem {
        Problem(
            .malformedRequest,
            .init(
                "\(name) doit être « * » ou une liste d’ETag entre guillemets.",
                "\(name) must be “*” or a list of quoted entity tags."))
    }

    private static func tags(_ fields: HTTPFields, _ name: HTTPField.Name) throws -> Tags? {
        let values = fields[values: name]
        guard !values.isEmpty else { return nil }
        let text = values.joined(separator: ",")
        if text.filter({ $0 != " " && $0 != "\t" }) == "*" { return .any }
        var strong: [EntityTag] = []
        var weak: [EntityTag] = []
        var rest = Substring(text)
        while true {
            rest = rest.drop { $0 == " " || $0 == "\t" || $0 == "," }
            if rest.isEmpty { break }
            let isWeak = rest.hasPrefix("W/")
            if isWeak { rest = rest.dropFirst(2) }
            guard rest.first == "\"", let end = rest.dropFirst().firstIndex(of: "\"") else { throw Self.malformed(name) }
            var opaque = rest[rest.index(after: rest.startIndex)..<end]
            if opaque.hasSuffix(ContentCoding.suffix) { opaque = opaque.dropLast(ContentCoding.suffix.count) }
            let tag = EntityTag(String(opaque))
            if isWeak { weak.append(tag) } else { strong.append(tag) }
            rest = rest[rest.index(after: end)...].drop { $0 == " " || $0 == "\t" }
            guard rest.isEmpty || rest.first == "," else { throw Self.malformed(name) }
        }
        return .listed(strong, weak: weak)
    }
}

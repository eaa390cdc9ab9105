import ActionPlans
import Cryptography
import HTTPTypes
import NIOCore

/// A strong validator (RFC 9110, 8.8.3).
package struct EntityTag: Hashable, Sendable {
    package let opaque: String

    package init(_ opaque: String) {
        self.opaque = opaque
    }

    /// Of the bytes of a representation: it changes only when they do.
    init(of bytes: ByteBuffer) {
        let digest = bytes.withUnsafeReadableBytes { SHA256.hash($0) }
        self.init(Hexadecimal.text(of: digest.prefix(12)))
    }

    package var field: String { "\"\(opaque)\"" }

    /// What the tags of one thing have in common, whatever its state, so that those of another can be told from them.
    fileprivate enum Form {
        /// A version, and what else shows: `12`, `12-yaml`, `2-late`.
        case version
        /// The numbers of a roadmap: `1.42.name.43`.
        case numbers
        /// A print of bytes, or no tag of ours.
        case other
    }

    fileprivate var form: Form {
        let version = opaque.prefix { $0 != "-" && $0 != "." }
        let isNumber = (1...12).contains(version.utf8.count) && version.utf8.allSatisfy { (0x30...0x39).contains($0) }
        guard isNumber else { return .other }
        return opaque.dropFirst(version.count).first == "." ? .numbers : .version
    }

    /// A short fingerprint of a text that shows in a representation and may change without its version (FNV-1a).
    static func fingerprint(of text: String) -> String {
        String(text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }, radix: 36)
    }
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
        guard !([current] + others).contains(where: isNamedByIfNoneMatch) else { throw refusedByIfNoneMatch(current) }
        guard let ifMatch else {
            var problem = Problem(
                .preconditionRequired,
                .init(
                    "Envoyez If-Match avec l’ETag lu par GET (ou « * » pour écraser sans comparer).",
                    "Send If-Match with the ETag that GET answered (or “*” to overwrite without comparing)."))
            problem.fields[.eTag] = current.field
            throw problem
        }
        guard ([current] + others).contains(where: { Self.isNamed($0, by: ifMatch) }) else {
            throw Self.failed(current, Self.difference(of: ifMatch, from: [current] + others))
        }
    }

    /// For a PUT on what does not exist yet: `If-Match` cannot hold.
    package func checkCreation() throws {
        guard ifMatch == nil else {
            throw Self.failed(nil, .init("Cette ressource n’existe pas.", "This resource does not exist."))
        }
    }

    /// For a GET: `If-Match` counts before `If-None-Match` (RFC 9110, 13.2.2).
    /// - Returns: whether the caller has this state already, so that 304 is the answer.
    /// - Throws: ``ProblemKind/preconditionFailed`` when `If-Match` names other states only.
    package func isUnmodified(_ current: EntityTag) throws -> Bool {
        if let ifMatch, !Self.isNamed(current, by: ifMatch) {
            throw Self.failed(current, Self.difference(of: ifMatch, from: [current]))
        }
        return isNamedByIfNoneMatch(current)
    }

    /// Whether `If-None-Match` lists this very tag.
    func listsForReading(_ tag: EntityTag) -> Bool {
        if case .any? = ifNoneMatch { false } else { isNamedByIfNoneMatch(tag) }
    }

    /// Whether `If-Match` or `If-None-Match` lists a tag that is none of these.
    func listTags(otherThan tags: [EntityTag]) -> Bool {
        [ifMatch, ifNoneMatch].contains { condition in
            guard case .listed(let strong, let weak)? = condition else { return false }
            return (strong + weak).contains { !tags.contains($0) }
        }
    }

    /// The strong comparison: a weak tag matches nothing.
    private static func isNamed(_ tag: EntityTag, by tags: Tags) -> Bool {
        switch tags {
        case .any: true
        case .listed(let strong, _): strong.contains(tag)
        }
    }

    /// The weak comparison.
    private func isNamedByIfNoneMatch(_ tag: EntityTag) -> Bool {
        switch ifNoneMatch {
        case nil: false
        case .any?: true
        case .listed(let strong, let weak)?: strong.contains(tag) || weak.contains(tag)
        }
    }

    private func refusedByIfNoneMatch(_ current: EntityTag) -> Problem {
        if case .any? = ifNoneMatch {
            Self.failed(
                current,
                .init(
                    "La ressource existe déjà (ETag actuel en réponse) : « If-None-Match: * » ne laisse que créer.",
                    "The resource exists already (current ETag in this answer): “If-None-Match: *” only lets you create it."))
        } else {
            Self.failed(
                current,
                .init(
                    "La ressource est encore dans un état que If-None-Match exclut (ETag actuel en réponse).",
                    "The resource is still in a state that If-None-Match rules out (current ETag in this answer)."))
        }
    }

    /// Why tags name none of these states: that something has changed is said only where it may be so.
    private static func difference(of tags: Tags, from states: [EntityTag]) -> Message {
        guard case .listed(let strong, let weak) = tags else { return changed }
        if states.contains(where: weak.contains) || (strong.isEmpty && !weak.isEmpty) {
            return .init(
                "If-Match ne reconnaît jamais un ETag faible (W/…) : envoyez-le sans W/, tel que l’API le donne (ETag actuel en réponse).",
                "If-Match never matches a weak tag (W/…): send it without W/, as the API gives it (current ETag in this answer).")
        }
        let forms = Set(states.map(\.form))
        guard strong.isEmpty || strong.contains(where: { forms.contains($0.form) }) else {
            return .init(
                "If-Match donne l’ETag d’une autre ressource : une feuille de route, son plan et chaque liste ont le leur. Relisez celle-ci "
                    + "(ETag actuel en réponse), puis recommencez.",
                "If-Match gives the tag of another resource: a roadmap, its plan and each list have their own. Read this one again "
                    + "(current ETag in this answer), then retry.")
        }
        return changed
    }

    private static let changed = Message(
        "La ressource a changé depuis votre lecture : relisez-la (ETag actuel en réponse), puis recommencez.",
        "The resource has changed since you read it: read it again (current ETag in this answer), then retry.")

    private static func failed(_ current: EntityTag?, _ detail: Message) -> Problem {
        var problem = Problem(.preconditionFailed, detail)
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

    /// Reads a list of entity tags (RFC 9110, 8.8.3); empty elements are passed over, as everywhere in lists.
    private static func tags(_ fields: HTTPFields, _ name: HTTPField.Name) throws -> Tags? {
        let values = fields[values: name]
        guard !values.isEmpty else { return nil }
        var rest = Substring(values.joined(separator: ",")).utf8
        if rest.filter({ !isSpace($0) }) == Array("*".utf8) { return .any }
        var strong: [EntityTag] = []
        var weak: [EntityTag] = []
        while true {
            rest = rest.drop { isSpace($0) || $0 == UInt8(ascii: ",") }
            if rest.isEmpty { break }
            let isWeak = rest.starts(with: "W/".utf8)
            if isWeak { rest = rest.dropFirst(2) }
            let opaque = rest.dropFirst().prefix { $0 != UInt8(ascii: "\"") }
            let after = rest.dropFirst(opaque.count + 2).drop(while: isSpace)
            guard rest.first == UInt8(ascii: "\""), rest.count >= opaque.count + 2, opaque.allSatisfy(isOfTag),
                after.isEmpty || after.first == UInt8(ascii: ",")
            else { throw Self.malformed(name) }
            let text = Substring(opaque)
            // The compressed form of an answer is the same state.
            let tag = EntityTag(
                String(text.hasSuffix(ContentCoding.suffix) ? text.dropLast(ContentCoding.suffix.count) : text))
            if isWeak { weak.append(tag) } else { strong.append(tag) }
            rest = after
        }
        return .listed(strong, weak: weak)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// No white space, no quotation mark, no control character.
    private static func isOfTag(_ byte: UInt8) -> Bool { byte == 0x21 || (0x23...0x7E).contains(byte) || byte >= 0x80 }
}

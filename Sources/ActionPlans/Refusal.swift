/// Why the domain refuses a request. The HTTP layer turns each into a problem; nothing is written when one is thrown.
package enum Refusal: Error, Hashable, Sendable {
    /// The content breaks rules; every fault found is listed.
    case invalid([Fault])
    /// By their codes.
    case transitionRefused(from: String?, to: String, allowed: [String])
    case roadmapClosed(RoadmapID)
    case outsideMinistry(MinistryCode)
    case forbidden(Message)
    /// The request contradicts what is stored; `key` is the business key at stake, the fault says which rule of it.
    case conflict(key: String, Fault)
    /// The same in several places, with a sentence for all of them.
    case conflicts(key: String, Message, [Fault])
    /// A validated plan changes in this only by a revision; the message names what, and the call that opens one.
    case revisionRequired(RoadmapID, Message)
}

/// One thing wrong with a request, where it is, and how to say it.
package struct Fault: Hashable, Sendable {
    package enum Code: String, Sendable {
        case required
        case unknownMember = "unknown-member"
        case readOnlyMember = "read-only-member"
        case wrongType = "wrong-type"
        case invalidValue = "invalid-value"
        case invalidDate = "invalid-date"
        case inTheFuture = "in-the-future"
        case outOfRange = "out-of-range"
        case tooShort = "too-short"
        case tooLong = "too-long"
        case tooMany = "too-many"
        case tooFew = "too-few"
        case duplicate
        case forbiddenCharacter = "forbidden-character"
        case unknownReference = "unknown-reference"
        case inconsistent
        case duplicateKey = "duplicate-key"
        case syntax
        case unknownParameter = "unknown-parameter"
        case notADraft = "not-a-draft"
        case overlap
    }

    /// The member at fault, or nothing when no member is; the reader of the request completes it to a JSON pointer.
    package let member: String
    package let code: Code
    package let message: Message

    package init(_ member: String, _ code: Code, _ message: Message) {
        self.member = member
        self.code = code
        self.message = message
    }
}

extension Refusal {
    /// This refusal beside faults that were found before, so that whoever asked hears of all at once. A member already at fault
    /// is not blamed twice; what is wrong in the request is told before what is refused of it.
    package func adding(to noted: [Fault]) -> Refusal {
        guard case .invalid(let more) = self else { return noted.isEmpty ? self : .invalid(noted) }
        return .invalid(noted + more.beyond(noted))
    }

    /// Runs a rule of the domain and adds its faults to those noted while reading.
    package static func adding<Value>(
        to noted: [Fault], _ decide: () throws(Refusal) -> Value
    ) throws(Refusal) -> Value {
        let value: Value
        do throws(Refusal) {
            value = try decide()
        } catch {
            throw error.adding(to: noted)
        }
        guard noted.isEmpty else { throw .invalid(noted) }
        return value
    }
}

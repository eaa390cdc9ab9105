import ActionPlans
import Documents

extension MemberReader {
    /// A ministry's code that must be given.
    mutating func ministry(_ name: String) -> MinistryCode? {
        guard let text = required(name, text(name)) else { return nil }
        if let code = MinistryCode(text) { return code }
        add(name, .unknownReference, .unknownMinistry(text))
        return nil
    }
}

extension Message {
    static func unknownMinistry(_ code: String) -> Message {
        Message("Le ministère « \(code.clipped) » n’existe pas.", "The ministry “\(code.clipped)” does not exist.")
    }
}

extension Fault {
    static func unknownMinistry(_ code: MinistryCode, member: String) -> Fault {
        Fault(member, .unknownReference, .unknownMinistry(code.text))
    }
}

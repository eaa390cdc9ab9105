import ActionPlans
import JalonServer

/// One thing looked at, what was found, and how to mend it where it is wrong.
struct Check: Sendable {
    let code: String
    let name: Message
    let finding: Message
    /// What to do; nil when all is well.
    let mend: Message?

    var isOK: Bool { mend == nil }

    static func ok(_ code: String, _ name: Message, _ finding: Message) -> Check {
        Check(code: code, name: name, finding: finding, mend: nil)
    }

    static func problem(_ code: String, _ name: Message, _ finding: Message, mend: Message) -> Check {
        Check(code: code, name: name, finding: finding, mend: mend)
    }

    func write(to writer: inout JSONWriter) {
        writer.object { check in
            check.member("code", code)
            check.member("ok", isOK)
            check.member("name", name.shown)
            check.member("finding", finding.shown)
            check.member("mend", mend?.shown)
        }
    }
}

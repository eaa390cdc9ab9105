import ActionPlans

extension JSONWriter {
    /// A member for each change, from what to what.
    mutating func changes(_ changes: [MemberChange]) {
        for change in changes {
            member(change.member) { member in
                member.member("from", change.from)
                member.member("to", change.to)
                if let until = change.until { member.member("until", until) }
            }
        }
    }
}

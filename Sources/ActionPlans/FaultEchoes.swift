/// One fault, one message: what is wrong only because something else is already told is left out.
extension [Fault] {
    /// Those that stay true once the faults already told are mended.
    /// - Parameter told: found while reading; a member that could not be read was judged as if it were not there.
    package func beyond(_ told: [Fault]) -> [Fault] {
        guard !told.isEmpty else { return self }
        let members = Set(told.map(\.member))
        return filter { fault in
            if members.contains(fault.member) { return false }
            return !fault.isEcho { members.contains($0) }
        }
    }
}

extension Fault {
    /// Whether what the action is already may make it right.
    var dependsOnState: Bool { code == .required || member == "completed_on" && code == .inconsistent }

    /// Whether it may only be there because the status beside it could not be read: an action has a reason or a date of
    /// completion after its status.
    fileprivate func isEcho(_ isTold: (String) -> Bool) -> Bool {
        guard code == .required || code == .inconsistent else { return false }
        let name = member.split(separator: "/").last ?? ""
        guard name == "status_reason" || name == "completed_on" else { return false }
        return isTold(member.dropLast(name.count) + "status")
    }
}

import ActionPlans

/// Reads the members of one object of a request, each as what it must be, and notes every fault on the way.
package struct MemberReader {
    private let members: [(name: String, node: DocumentNode)]
    private let path: String
    private let faults: FaultList
    private var known: Set<String> = []
    /// False where the value is no object at all: that is the one fault to tell.
    private let isObject: Bool

    /// - Parameter path: the steps from the document's root, ending with `/` unless it is the root.
    package init(_ node: DocumentNode, path: String = "", faults: FaultList) {
        if case .object(let members) = node.content {
            self.members = members
            isObject = true
        } else {
            members = []
            isObject = false
            faults.add(Fault(String(path.dropLast()), .wrongType, .wrongType("object", node.kind)))
        }
        self.path = path
        self.faults = faults
    }

    private mutating func node(_ name: String) -> DocumentNode? {
        known.insert(name)
        return members.first { $0.name == name }?.node
    }

    private func fault(_ name: String, _ code: Fault.Code, _ message: Message) {
        guard isObject else { return }
        // Of the object itself, where no member is named.
        faults.add(Fault(name.isEmpty ? String(path.dropLast()) : path + name, code, message))
    }

    /// Reads a member with a rule of its own; the rule notes its fault and returns nil to refuse.
    private mutating func assignment<Value>(
        _ name: String, _ read: (DocumentNode, inout [Fault]) -> Value?
    ) -> Assignment<Value> {
        guard let node = node(name) else { return .absent }
        if case .null = node.content { return .null }
        var noted: [Fault] = []
        let value = read(node, &noted)
        for fault in noted { faults.add(Fault(path + fault.member, fault.code, fault.message)) }
        return value.map { .value($0) } ?? .absent
    }

    package mutating func text(_ name: String) -> Assignment<String> {
        assignment(name) { node, faults in Self.text(node, name, &faults) }
    }

    package mutating func flag(_ name: String) -> Assignment<Bool> {
        assignment(name) { node, faults in
            if case .flag(let flag) = node.content { return flag }
            faults.append(Fault(name, .wrongType, .wrongType("boolean", node.kind)))
            return nil
        }
    }

    /// Whether a member is there, and is not null.
    package func isGiven(_ name: String) -> Bool {
        members.contains { $0.name == name && !$0.node.isNull }
    }

    /// A number that is read as it was written, or a text that is one. Exponents are for numbers: people do not write them.
    package mutating func number<Value>(
        _ name: String, _ read: (String) -> Value?, or message: (String) -> Message
    ) -> Assignment<Value> {
        assignment(name) { node, faults in
            let written: String
            switch node.content {
            case .number(let literal): written = literal
            case .text(let text): written = text
            default:
                faults.append(Fault(name, .wrongType, .wrongType("number", node.kind)))
                return nil
            }
            let isPlain = if case .text = node.content { !written.contains { $0 == "e" || $0 == "E" } } else { true }
            if isPlain, let value = read(written) { return value }
            faults.append(Fault(name, .invalidValue, message(written)))
            return nil
        }
    }

    /// A whole number in plain digits: `1e2` and `3.0` are not whole numbers here.
    package mutating func integer(_ name: String, in range: ClosedRange<Int>) -> Assignment<Int> {
        assignment(name) { node, faults in
            guard case .number(let literal) = node.content else {
                faults.append(Fault(name, .wrongType, .notInteger(node)))
                return nil
            }
            guard literal.utf8.allSatisfy({ $0 == 0x2D || (0x30...0x39).contains($0) }) else {
                faults.append(Fault(name, .wrongType, .notPlainDigits(literal)))
                return nil
            }
            guard let value = Int(literal), range.contains(value), String(value) == literal else {
                faults.append(Fault(name, .outOfRange, .outOfRange(range)))
                return nil
            }
            return value
        }
    }

    package mutating func date(_ name: String) -> Assignment<CivilDate> {
        assignment(name) { node, faults in
            guard case .text(let text) = node.content else {
                faults.append(Fault(name, .wrongType, .wrongType("date", node.kind)))
                return nil
            }
            if let date = CivilDate(text) { return date }
            faults.append(Fault(name, .invalidDate, .invalidDate(text)))
            return nil
        }
    }

    /// - Parameter labels: also accepted in place of codes, compared without case, accents or punctuation.
    package mutating func code<Code: Vocabulary>(
        _ name: String, as type: Code.Type = Code.self, labels: VocabularyLabels? = nil
    ) -> Assignment<Code> {
        assignment(name) { node, faults in
            guard let text = Self.text(node, name, &faults) else { return nil }
            if let value = Code(rawValue: text) ?? labels?.code(of: text) { return value }
            faults.append(Fault(name, .invalidValue, .notOneOf(text, of: Code.self, labels: labels)))
            return nil
        }
    }

    package mutating func texts(_ name: String) -> Assignment<[String]> {
        assignment(name) { node, faults in
            guard case .list(let items) = node.content else {
                faults.append(Fault(name, .wrongType, .notList(node)))
                return nil
            }
            var texts: [String] = []
            for (index, item) in items.enumerated() {
                if let text = Self.text(item, "\(name)/\(index)", &faults) { texts.append(text) }
            }
            return texts.count == items.count ? texts : nil
        }
    }

    /// An object, read by `read` with a reader of its own.
    package mutating func object<Value>(_ name: String, _ read: (inout MemberReader) -> Value?) -> Assignment<Value> {
        guard let node = node(name) else { return .absent }
        switch node.content {
        case .null: return .null
        case .object:
            var reader = MemberReader(node, path: "\(path)\(name)/", faults: faults)
            return read(&reader).map { .value($0) } ?? .absent
        default:
            fault(name, .wrongType, .wrongType("object", node.kind))
            return .absent
        }
    }

    /// The objects of a list, each read by `read` with a reader of its own.
    package mutating func objects<Value>(
        _ name: String, atMost most: Int, _ read: (inout MemberReader) -> Value?
    ) -> Assignment<[Value]> {
        guard let node = node(name) else { return .absent }
        switch node.content {
        case .null: return .null
        case .list(let items) where items.count <= most:
            var values: [Value] = []
            for (index, item) in items.enumerated() {
                var reader = MemberReader(item, path: "\(path)\(name)/\(index)/", faults: faults)
                if let value = read(&reader) { values.append(value) }
            }
            return .value(values)
        case .list(let items):
            fault(name, .tooMany, .tooMany(items.count, most))
        default:
            fault(name, .wrongType, .wrongType("array", node.kind))
        }
        return .absent
    }

    /// A member that must be there with a value.
    package mutating func required<Value>(_ name: String, _ assignment: Assignment<Value>) -> Value? {
        if let value = assignment.given { return value }
        if members.first(where: { $0.name == name }).map({ if case .null = $0.node.content { true } else { false } }) ?? true {
            fault(name, .required, .required(name))
        }
        return nil
    }

    package func add(_ name: String, _ code: Fault.Code, _ message: Message) {
        fault(name, code, message)
    }

    /// Says what was not read: members the service sets itself, and members it does not know.
    package func finish(readOnly: Set<String> = []) {
        for (name, _) in members where !known.contains(name) {
            if readOnly.contains(name) {
                fault(
                    JSONPointer.escaped(name), .readOnlyMember,
                    Message("« \(name) » est fixé par le service.", "“\(name)” is set by the service."))
            } else {
                fault(JSONPointer.escaped(name), .unknownMember, .unknown("membre", "member", name, Array(known)))
            }
        }
    }

    private static func text(_ node: DocumentNode, _ member: String, _ faults: inout [Fault]) -> String? {
        guard case .text(let text) = node.content else {
            faults.append(Fault(member, .wrongType, .notText(node)))
            return nil
        }
        return text.composed
    }
}

/// The faults of one request, in the order they were found.
package final class FaultList {
    package private(set) var faults: [Fault] = []
    private var members: Set<String> = []
    /// Beyond this a list of faults helps nobody.
    package static let most = 200

    package init() {}

    /// Notes a fault; a member already at fault is not blamed twice.
    package func add(_ fault: Fault) {
        guard faults.count < Self.most, fault.member.isEmpty || members.insert(fault.member).inserted else { return }
        faults.append(fault)
    }

    package func check() throws(Refusal) {
        guard faults.isEmpty else { throw .invalid(faults) }
    }
}

import ActionPlans

/// A fault with the place by which whoever sent a document finds it.
package struct LocatedFault: Sendable {
    package enum Place: Sendable {
        case pointer(String)
        /// Of the address that the document was sent to.
        case parameter(String)
        case text
    }

    package let place: Place
    package var position: DocumentPosition?
    package let code: Fault.Code
    package let message: Message

    package init(place: Place, position: DocumentPosition? = nil, code: Fault.Code, message: Message) {
        self.place = place
        self.position = position
        self.code = code
        self.message = message
    }

    /// A plan may be wrong in every line; beyond this a list of faults helps nobody.
    package static let most = 1_000
}

extension SentDocument {
    /// The faults in the order of the text; in a table each names its cell.
    package func located(_ faults: [Fault]) -> [LocatedFault] {
        let named = table?.naming(faults) ?? faults
        let placed = named.map { (fault: $0, position: root.nearest(to: $0.member).position) }
        return placed.enumerated().sorted { left, right in
            let (before, after) = (left.element.position, right.element.position)
            return (before.line, before.column, left.offset) < (after.line, after.column, right.offset)
        }.map { _, one in
            LocatedFault(
                place: .pointer(one.fault.member.isEmpty ? "" : "/" + one.fault.member),
                position: tellsLines ? one.position : nil, code: one.fault.code, message: one.fault.message)
        }
    }
}

extension DocumentSyntaxError {
    /// All that is wrong.
    package var located: [LocatedFault] {
        ([self] + others).prefix(LocatedFault.most).map { error in
            let (code, message) = error.told
            return LocatedFault(
                place: error.pointer.map { .pointer($0) } ?? .text, position: error.position, code: code, message: message)
        }
    }
}

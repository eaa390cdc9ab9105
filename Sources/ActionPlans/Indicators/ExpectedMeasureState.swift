/// What there is of an answer that is expected: nothing, or a measure in one of its states.
package enum ExpectedMeasureState: String, Vocabulary {
    case manquante
    case brouillon
    case soumise
    case validee
    case renvoyee

    package static let listName = Message("état d’une mesure attendue", "state of an expected measure")

    /// - Parameter state: of the measure; nil where there is none that the reader may see.
    package init(_ state: MeasureState?) {
        self =
            switch state {
            case nil: .manquante
            case .brouillon: .brouillon
            case .soumise: .soumise
            case .validee: .validee
            case .renvoyee: .renvoyee
            }
    }

    /// Whether the body still has to answer, so that days go by.
    package var isOwed: Bool { self != .soumise && self != .validee }
}

/// How often an indicator is measured.
package enum Periodicity: String, Vocabulary {
    case year
    case semester
    case quarter
    case month

    package static let listName = Message("périodicité", "periodicity")

    package var periodsInYear: Int {
        switch self {
        case .year: 1
        case .semester: 2
        case .quarter: 4
        case .month: 12
        }
    }

    package var label: Message {
        switch self {
        case .year: Message("Année", "Year")
        case .semester: Message("Semestre", "Half-year")
        case .quarter: Message("Trimestre", "Quarter")
        case .month: Message("Mois", "Month")
        }
    }

    /// How its periods are written, for messages.
    package var example: String {
        switch self {
        case .year: "2025"
        case .semester: "2025-S1"
        case .quarter: "2025-T3"
        case .month: "2025-07"
        }
    }
}

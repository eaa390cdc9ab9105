import ActionPlans

/// The actions of a plan as a table (CSV): a line for each action, a column for each member. The roadmap itself is not in
/// it: whoever sends the table names it.
package enum PlanTable {
    /// What a column holds.
    private enum Column: Hashable, Sendable {
        case code
        case member(ActionMember)

        static let all = [Column.code] + ActionMember.allCases.map(Column.member)

        var name: String {
            switch self {
            case .code: "code"
            case .member(let member): member.rawValue
            }
        }
    }

    /// The names of the columns in French, as plans in spreadsheets have them, beside the members' own.
    private static let labels: [(label: String, name: String)] = [
        ("code de l'action", "code"), ("intitulé", "title"), ("titre", "title"), ("action", "title"), ("thématique", "theme"),
        ("niveau d'engagement cible", "target_level"), ("niveau cible", "target_level"), ("niveau atteint", "reached_level"),
        ("état d'avancement", "status"), ("statut", "status"), ("motif du statut", "status_reason"), ("motif", "status_reason"),
        ("action-clé", "key_action"), ("action clé", "key_action"), ("date d'identification", "identified_on"),
        ("échéance", "due_on"), ("date de mise en œuvre", "completed_on"), ("pilote", "lead"),
        ("pilote de l'action", "lead"), ("contributeurs", "contributors"), ("bonnes pratiques", "practices"),
        ("confidentielle", "confidential"),
    ]
    private static let columns = Dictionary(
        labels.compactMap { label, name in VocabularyLabels.folded(label).map { ($0, name) } }
            + Column.all.map { ($0.name, $0.name) },
        uniquingKeysWith: { first, _ in first })

    // MARK: - Reading

    /// The same document as the plan would be in JSON, but for the roadmap's own members.
    /// - Parameter roadmap: the one the table is for, if it is known.
    /// - Throws: ``DocumentSyntaxError`` with everything that makes it no such table.
    package static func document(_ bytes: [UInt8], for roadmap: RoadmapID? = nil) throws(DocumentSyntaxError) -> DocumentNode {
        let records = try CSVParser.records(bytes)
        let start = DocumentPosition(line: 1, column: 1)
        guard let header = records.first else {
            throw DocumentSyntaxError(code: .missingColumn("code"), position: start, pointer: nil)
        }
        var errors: [DocumentSyntaxError] = []
        let used = records.dropFirst().reduce(into: Set<Int>()) { used, record in
            for (column, cell) in record.enumerated() where !cell.text.isEmpty { used.insert(column) }
        }
        let names = names(in: header, used, &errors)
        var lines: [DocumentNode] = []
        for (index, record) in records.dropFirst().enumerated() where errors.count < FaultList.most {
            let place = record.first?.position ?? start
            guard record.count == header.count else {
                let fault = DocumentSyntaxError.SyntaxFault.ragged(cells: record.count, columns: header.count)
                errors.append(DocumentSyntaxError(code: fault, position: place, pointer: "/actions/\(index)"))
                continue
            }
            var members: [(name: String, node: DocumentNode)] = []
            for (cell, name) in zip(record, names) {
                guard let name else { continue }
                guard let text = CSVCell.plain(cell.text) else {
                    errors.append(
                        DocumentSyntaxError(code: .formula, position: cell.position, pointer: "/actions/\(index)/\(name)"))
                    continue
                }
                guard let content = PlanCell.content(of: text, in: name, at: cell.position) else { continue }
                members.append((name, DocumentNode(content, at: cell.position)))
            }
            lines.append(DocumentNode(.object(members), at: place))
        }
        if let error = DocumentSyntaxError(all: errors) { throw error }
        let plan: [(name: String, node: DocumentNode)] = [("actions", DocumentNode(.list(lines), at: start))]
        return DocumentNode(.object((roadmap.map { head(of: $0, at: start) } ?? []) + plan), at: start)
    }

    private static func head(of id: RoadmapID, at place: DocumentPosition) -> [(name: String, node: DocumentNode)] {
        [
            ("ministry", DocumentNode(.text(id.ministry.text), at: place)),
            ("first_year", DocumentNode(.number(String(id.firstYear)), at: place)),
        ]
    }

    /// The member of each column; nil for one that is at fault, or that has neither a name nor anything in it.
    private static func names(
        in header: [CSVParser.Cell], _ used: Set<Int>, _ errors: inout [DocumentSyntaxError]
    ) -> [String?] {
        var seen: Set<String> = []
        let names = header.prefix(FaultList.most).enumerated().map { column, cell -> String? in
            if cell.text.isEmpty, !used.contains(column) { return nil }
            guard let name = VocabularyLabels.folded(cell.text).flatMap({ columns[$0] }) else {
                let known = Column.all.map(\.name)
                errors.append(
                    DocumentSyntaxError(code: .unknownColumn(cell.text, known: known), position: cell.position, pointer: nil))
                return nil
            }
            if !seen.insert(name).inserted {
                errors.append(DocumentSyntaxError(code: .duplicateKey(cell.text), position: cell.position, pointer: nil))
            }
            return name
        }
        if !seen.contains("code") {
            errors.append(DocumentSyntaxError(code: .missingColumn("code"), position: header.first?.position, pointer: nil))
        }
        return names
    }

    // MARK: - Writing

    static func written(_ records: [ActionRecord]) -> CSVWriter {
        let columns = Column.all.map { column in
            TableColumn<ActionRecord>(column.name) { record in
                switch column {
                case .code: .text(record.id.code.text)
                case .member(let member): TableValue(member.value(in: record.action))
                }
            }
        }
        var table = CSVWriter(columns: columns)
        for record in records { table.row(record, columns) }
        return table
    }
}

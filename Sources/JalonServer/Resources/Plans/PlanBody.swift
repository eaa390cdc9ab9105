import ActionPlans
import Documents

extension Operation.Body {
    /// A plan: a file that people keep, as a document or as a table.
    static let plan = Operation.Body([.json, .yaml, .csv], limit: 20 << 20, isFile: true) {
        bytes, type, values throws(DocumentSyntaxError) in
        // A table does not name its roadmap: the address does.
        type == .csv
            ? try PlanTable.document(bytes, for: values["roadmap"].flatMap { RoadmapID($0) }) : try document(bytes, type)
    }
}

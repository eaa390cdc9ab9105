import ActionPlans
import Documents
import HTTPTypes

/// From the body of a request to the document that its operation reads.
extension Dispatcher {
    /// - Parameter values: those of the path, which may say what a document does not.
    func document(
        of request: IncomingRequest, for operation: Operation, at values: [String: String]
    ) async throws -> (SentDocument?, bytes: [UInt8]) {
        guard !operation.body.types.isEmpty else { return (nil, []) }
        if let coding = request.fields[.contentEncoding], coding.lowercased() != "identity" {
            throw Problem.unsupportedContentCoding(coding, by: operation)
        }
        // A body comes once. Some clients name a type for every POST, be there nothing of it.
        let optional = operation.body.mayBeAbsent ? try await request.body(operation.body.limit) : nil
        if optional?.isEmpty == true { return (nil, []) }
        let declared = request.fields[.contentType] ?? ""
        let parts = declared.split(separator: ";").map { $0.filter { !$0.isWhitespace }.lowercased() }
        guard let type = parts.first.flatMap({ MediaType(name: $0) }), operation.body.types.contains(type),
            parts.dropFirst().allSatisfy({ !$0.hasPrefix("charset=") || $0 == "charset=utf-8" || $0 == "charset=\"utf-8\"" })
        else {
            let foreign = try await foreignFile(in: request, of: parts.first ?? "", for: operation)
            throw Problem.unsupportedMediaType(foreign, by: operation)
        }
        if let length = request.fields[.contentLength].flatMap({ Int($0) }), length > operation.body.limit {
            throw Problem.contentTooLarge(operation.body.limit)
        }
        let bytes = if let optional { optional } else { try await request.body(operation.body.limit) }
        guard !bytes.isEmpty else {
            throw Problem(.malformedRequest, Message("Le corps de la requête est vide.", "The request body is empty."))
        }
        if operation.body.isFile, let foreign = ForeignFile(bytes), foreign != .utf16 || type == .csv {
            throw Problem.unsupportedMediaType(foreign, by: operation)
        }
        do {
            return (try operation.body.read(bytes, type, values), bytes)
        } catch {
            var problem = Problem(error)
            if let advice = Mislabelling(of: bytes, sentAs: type, readBy: bodies)?.advice(operation.body.types) {
                problem.faults = [Problem.Located(place: .text, position: error.position, code: .syntax, message: advice)]
            }
            throw problem
        }
    }
}

extension Dispatcher {
    /// What was sent in place of a file under a type that is not read, so that its author is told what to do with it.
    private func foreignFile(
        in request: IncomingRequest, of type: String, for operation: Operation
    ) async throws -> ForeignFile? {
        guard operation.body.isFile else { return nil }
        if let declared = ForeignFile(mediaType: type) { return declared }
        return ForeignFile(try await request.body(operation.body.limit))
    }
}

extension Problem {
    fileprivate static func unsupportedMediaType(_ foreign: ForeignFile?, by operation: Operation) -> Problem {
        let accepted = operation.body.types.map(\.rawValue).joined(separator: ", ")
        let remedy = Message("Envoyez Content-Type: \(accepted) (UTF-8).", "Send Content-Type: \(accepted) (UTF-8).")
        let detail = foreign.map { foreign in
            Message("\(foreign.message.french) \(remedy.french)", "\(foreign.message.english) \(remedy.english)")
        }
        var problem = Problem(.unsupportedMediaType, detail ?? remedy)
        problem.fields[operation.acceptField] = accepted
        return problem
    }

    package static func contentTooLarge(_ limit: Int) -> Problem {
        Problem(
            .contentTooLarge,
            Message("Le corps dépasse \(limit) octets.", "The body exceeds \(limit) bytes."))
    }

    fileprivate static func unsupportedContentCoding(_ coding: String, by operation: Operation) -> Problem {
        var problem = Problem(
            .unsupportedMediaType,
            Message(
                "Content-Encoding « \(coding.clipped) » n’est pas admis : envoyez le corps sans compression (identity).",
                "Content-Encoding “\(coding.clipped)” is not accepted: send the body uncompressed (identity)."))
        problem.fields[.acceptEncoding] = "identity"
        problem.fields[operation.acceptField] = operation.body.types.map(\.rawValue).joined(separator: ", ")
        return problem
    }
}

extension Operation {
    /// The field that tells which types of body it reads.
    fileprivate var acceptField: HTTPField.Name {
        switch method {
        case .patch: .acceptPatch
        case .put: .accept
        default: .acceptPost
        }
    }
}

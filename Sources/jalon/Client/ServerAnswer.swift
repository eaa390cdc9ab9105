import ActionPlans
import FoundationEssentials
import JalonServer
import OutgoingHTTP

/// What the server answered.
struct ServerAnswer {
    let status: Int
    let entityTag: String?
    let type: String
    let bytes: [UInt8]
    /// Whether the request bore a token: an answer 401 means something else without one.
    let hadToken: Bool
    let fields: HTTPFieldList
    /// The length of the body that was sent.
    let sentBytes: Int
    let proxy: Proxy?
    let target: HTTPTarget
    /// Whether the same request was sent before, and its answer does not tell whether it was carried out.
    var mayHaveBeenDone = false

    func header(_ name: String) -> String? { fields[name] }

    var isSuccess: Bool { (200..<300).contains(status) }

    /// Whether it is of the media type that was asked for. A deletion alone has nothing to answer.
    func isOfKind(asked request: ServerClient.Request) -> Bool {
        if status == 204 { return request.method == "DELETE" }
        guard let asked = MediaType(name: request.accept) else { return false }
        return MediaType(name: type.prefix { $0 != ";" }.trimmed()) == asked
    }

    /// - Throws: ``Failure`` when the answer is not of the contract.
    func decoded<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw foreign
        }
    }

    /// What is told of an answer that is not of the contract.
    var foreign: Failure { ForeignAnswer(self).failure }

    /// Whether it is a problem with a member of the request, or with the parameter of the same name.
    func blames(_ member: String) -> Bool {
        let problem = try? JSONDecoder().decode(ProblemDocument.self, from: Data(bytes))
        return problem?.errors?.contains { $0.pointer == "/\(member)" || $0.pointer == member || $0.parameter == member } ?? false
    }

    /// The refusal as a person reads it: title, detail, each fault with its place.
    /// - Parameter file: what was sent, to show where in it each fault is.
    func failure(in file: SourceFile? = nil) -> Failure {
        guard let problem = try? JSONDecoder().decode(ProblemDocument.self, from: Data(bytes)) else {
            return foreign
        }
        let faults = problem.errors ?? []
        var details = faults.map { $0.line(in: file) }
        if let instance = problem.instance, status >= 500 {
            details.append(Message("requête : \(instance)", "request: \(instance)").shown)
        }
        if status == 401, !hadToken {
            details.append(
                Message(
                    "Donnez un jeton : --token-file, JALON_TOKEN ou ~/.config/jalon/token.",
                    "Give a token: --token-file, JALON_TOKEN or ~/.config/jalon/token."
                ).shown)
        }
        if let seconds = secondsToWait {
            details.append(
                Message(
                    "Le serveur demande d’attendre \(seconds) s, plus que la commande n’attend (--max-wait) : relancez plus tard.",
                    "The server asks to wait \(seconds) s, longer than the command waits (--max-wait): run it again later."
                ).shown)
        }
        let colon = Message(" : ", ": ").shown
        // A lone fault often says again what the problem says.
        let detail = faults.contains { $0.detail == problem.detail } ? nil : problem.detail
        return Failure(exitStatus, [problem.title, detail].compactMap { $0 }.joined(separator: colon), details: details)
    }

    var exitStatus: ExitStatus {
        switch status {
        case 401, 403: .forbidden
        case 502, 503, 504: .unavailable
        default: .refused
        }
    }
}

/// `application/problem+json`, RFC 9457.
private struct ProblemDocument: Decodable {
    struct Fault: Decodable {
        let pointer: String?
        let parameter: String?
        let line: Int?
        let column: Int?
        let detail: String?
        let code: String?

        func line(in file: SourceFile?) -> String {
            var parts: [String] = []
            if let file, let line, let column {
                parts.append("\(file.name):\(line):\(column)")
            } else if let file, let pointer {
                parts.append(file.place(of: pointer))
            }
            // A table has no pointers: its faults name their row and column themselves.
            if let name = pointer ?? parameter, !name.isEmpty, file?.syntax != .csv { parts.append(name) }
            parts.append(detail ?? code ?? "?")
            return parts.joined(separator: ": ")
        }
    }

    let title: String
    let detail: String?
    let instance: String?
    let errors: [Fault]?
}

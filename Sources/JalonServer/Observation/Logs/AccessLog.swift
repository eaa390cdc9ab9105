import HTTPTypes
import Logging

/// One line for each request. Nothing of it is made when its level is off.
enum AccessLog {
    /// - Parameter isCut: whether an answer sent in pieces broke off before its end.
    static func write(
        _ trail: RequestTrail, _ request: IncomingRequest, _ status: HTTPResponse.Status, bytes: Int, isCut: Bool,
        microseconds: Int, to logger: Logger
    ) {
        // Probes come every few seconds and say nothing.
        let level: Logger.Level = trail.operation?.purpose.isProbed == true ? .debug : .info
        logger.log(level: level, "request", metadata: metadata(trail, request, status, bytes, isCut, microseconds))
    }

    private static func metadata(
        _ trail: RequestTrail, _ request: IncomingRequest, _ status: HTTPResponse.Status, _ bytes: Int, _ isCut: Bool,
        _ microseconds: Int
    ) -> Logger.Metadata {
        var metadata = trail.metadata(request)
        metadata["status"] = .stringConvertible(status.code)
        metadata["duration_ms"] = .stringConvertible(Double(microseconds) / 1_000)
        metadata["bytes"] = .stringConvertible(bytes)
        if isCut { metadata["cut"] = .stringConvertible(true) }
        return metadata
    }
}

extension RequestTrail {
    /// What names a request in the log. The query is left out: it may hold what people are looking for.
    func metadata(_ request: IncomingRequest) -> Logger.Metadata {
        var metadata = Logger.Metadata(minimumCapacity: 13)
        metadata["request"] = .string(id)
        metadata["method"] = .string(request.method.rawValue)
        metadata["path"] = .string(Redaction.path(of: request.target))
        if let trace { metadata["trace"] = .string(trace) }
        if let operation { metadata["route"] = .string(operation.path) }
        if let principal { metadata["principal"] = .string(principal) }
        if let token { metadata["token"] = .string(token) }
        if let problem { metadata["problem"] = .string(problem.slug) }
        return metadata
    }
}

import HTTPTypes

/// Finds the operation of a method and a path. Paths are few and short: those of one length are compared in turn.
package struct RouteTable: Sendable {
    private struct Path: Sendable {
        let address: String
        let template: [Segment]
        var operations: [HTTPRequest.Method: Operation]
        let placeholders: Int
        /// The type that the address itself asks for.
        let type: MediaType?
    }

    private enum Segment: Sendable {
        case literal(String)
        case value(String)
    }

    /// What a path answers to, where it is not the method asked for.
    package struct OtherMethods: Sendable {
        /// HEAD and OPTIONS included.
        package let allowed: [HTTPRequest.Method]
        fileprivate let operations: [HTTPRequest.Method: Operation]

        package func operation(of method: HTTPRequest.Method) -> Operation? { operations[method == .head ? .get : method] }
    }

    package enum Match: Sendable {
        /// The operation, the values in its path, and the type that the address asks for.
        case found(Operation, [String: String], MediaType?)
        case otherMethods(OtherMethods)
        case nothing
    }

    private var byLength: [Int: [Path]] = [:]
    /// Those without a placeholder, by their address.
    private var literal: [String: Path] = [:]

    package init(_ operations: [Operation]) {
        for operation in operations {
            add(operation, at: operation.path, as: nil)
            for type in operation.answers where operation.method == .get {
                if let suffix = type.addressSuffix { add(operation, at: operation.path + suffix, as: type) }
            }
        }
    }

    private mutating func add(_ operation: Operation, at address: String, as type: MediaType?) {
        let segments = Self.segments(of: address[...]).map { segment -> Segment in
            segment.hasPrefix("{") ? .value(String(segment.dropFirst().dropLast())) : .literal(segment)
        }
        var paths = byLength[segments.count, default: []]
        if let index = paths.firstIndex(where: { $0.address == address }) {
            precondition(paths[index].operations[operation.method] == nil, "\(address) declared twice")
            paths[index].operations[operation.method] = operation
        } else {
            let placeholders = segments.count { if case .value = $0 { true } else { false } }
            paths.append(
                Path(
                    address: address, template: segments, operations: [operation.method: operation],
                    placeholders: placeholders, type: type))
        }
        // A literal path wins over one with a placeholder.
        byLength[segments.count] = paths.sorted { $0.placeholders < $1.placeholders }
        for path in paths where path.placeholders == 0 { literal[path.address] = path }
    }

    /// The methods of the whole service, for `OPTIONS *`.
    package var methods: [HTTPRequest.Method] {
        Self.allowed(byLength.values.flatMap { $0.flatMap(\.operations.keys) })
    }

    /// - Parameter path: still percent-encoded; each segment is decoded once, and one that does not decode matches nothing.
    package func match(_ method: HTTPRequest.Method, _ path: Substring) -> Match {
        // The address of such a path needs no taking apart, unless it has escapes.
        if let path = literal[String(path)] { return Self.match(method, path, [:]) }
        let encoded = Self.segments(of: path)
        let segments = encoded.compactMap { PercentEncoding.decoded($0, plusIsSpace: false) }
        guard segments.count == encoded.count else { return .nothing }
        for candidate in byLength[segments.count] ?? [] {
            guard let values = Self.values(of: segments, in: candidate.template) else { continue }
            return Self.match(method, candidate, values)
        }
        return .nothing
    }

    private static func match(_ method: HTTPRequest.Method, _ path: Path, _ values: [String: String]) -> Match {
        if let operation = path.operations[method == .head ? .get : method] { return .found(operation, values, path.type) }
        return .otherMethods(OtherMethods(allowed: allowed(path.operations.keys), operations: path.operations))
    }

    private static func allowed(_ methods: some Collection<HTTPRequest.Method>) -> [HTTPRequest.Method] {
        var allowed = Set(methods)
        if allowed.contains(.get) { allowed.insert(.head) }
        allowed.insert(.options)
        return allowed.sorted { $0.rawValue < $1.rawValue }
    }

    private static func segments(of path: Substring) -> [String] {
        path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst().map { String(Substring($0)) }
    }

    private static func values(of segments: [String], in template: [Segment]) -> [String: String]? {
        var values: [String: String] = [:]
        for (segment, expected) in zip(segments, template) {
            switch expected {
            case .literal(let literal): guard segment == literal else { return nil }
            case .value(let name): values[name] = segment
            }
        }
        return values
    }
}

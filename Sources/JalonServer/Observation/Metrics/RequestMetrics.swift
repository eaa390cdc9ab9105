import HTTPTypes
import Synchronization

/// A total that any thread may add to.
final class Count: Sendable {
    private let value = Atomic<UInt64>(0)

    var now: UInt64 { value.load(ordering: .relaxed) }

    func add(_ amount: UInt64 = 1) {
        value.wrappingAdd(amount, ordering: .relaxed)
    }
}

/// What is counted of requests. Every series there can be exists from the start, so that counting allocates nothing and no
/// caller can make the list of them grow.
package final class RequestMetrics: Sendable {
    /// The requests of one operation, or of none.
    final class Series: Sendable {
        /// `operationId`, or `none`.
        let operation: String
        let methods: [HTTPRequest.Method]
        /// By method, then by status; a row for other methods and a column for other statuses are the last.
        let requests: [Count]
        /// By bucket, not cumulated; the last is without bound.
        let durations: [Count]
        let nanoseconds = Count()
        let bytes = Count()

        init(_ operation: String, _ methods: [HTTPRequest.Method]) {
            self.operation = operation
            self.methods = methods
            requests = (0..<(methods.count + 1) * (RequestMetrics.statuses.count + 1)).map { _ in Count() }
            durations = (0...RequestMetrics.bounds.count).map { _ in Count() }
        }

        func requests(method: Int, status: Int) -> Count {
            requests[method * (RequestMetrics.statuses.count + 1) + status]
        }

        fileprivate func note(_ method: HTTPRequest.Method, _ status: Int, bytes sent: Int, nanoseconds time: UInt64) {
            let row = methods.firstIndex(of: method) ?? methods.count
            let column = RequestMetrics.statuses.firstIndex(of: status) ?? RequestMetrics.statuses.count
            requests(method: row, status: column).add()
            let bucket = RequestMetrics.bounds.firstIndex { time <= $0.nanoseconds } ?? RequestMetrics.bounds.count
            durations[bucket].add()
            nanoseconds.add(time)
            bytes.add(UInt64(sent))
        }
    }

    /// Those the service answers, the most frequent first.
    static let statuses = [
        200, 304, 201, 204, 404, 401, 403, 412, 422, 400, 409, 405, 406, 408, 413, 415, 428, 429, 431, 499, 500, 503, 504,
    ]
    /// The upper bounds of the durations, as the page writes them (seconds) and as they are compared.
    static let bounds: [(seconds: StaticString, nanoseconds: UInt64)] = [
        ("0.001", 1_000_000), ("0.0025", 2_500_000), ("0.005", 5_000_000), ("0.01", 10_000_000), ("0.025", 25_000_000),
        ("0.05", 50_000_000), ("0.1", 100_000_000), ("0.25", 250_000_000), ("0.5", 500_000_000), ("1", 1_000_000_000),
        ("2.5", 2_500_000_000), ("5", 5_000_000_000), ("10", 10_000_000_000), ("60", 60_000_000_000),
    ]

    let series: [Series]
    let problems: [(kind: ProblemKind, count: Count)]
    let rateLimited: [(policy: RateLimiter.Policy, count: Count)]
    private let byOperation: [String: Series]
    private let none: Series
    private let underWay = Atomic<Int>(0)

    init(_ operations: [Operation]) {
        let series = operations.map { Series($0.id, $0.method == .get ? [.get, .head] : [$0.method]) }
        none = Series("none", [.get, .head, .post, .put, .patch, .delete, .options])
        byOperation = Dictionary(series.map { ($0.operation, $0) }) { first, _ in first }
        self.series = series + [none]
        rateLimited = RateLimiter.Policy.allCases.map { ($0, Count()) }
        problems = ProblemKind.allCases.map { ($0, Count()) }
    }

    var inFlight: Int { underWay.load(ordering: .relaxed) }

    func begin() {
        underWay.wrappingAdd(1, ordering: .relaxed)
    }

    func end(
        _ trail: RequestTrail, _ method: HTTPRequest.Method, _ status: HTTPResponse.Status, bytes: Int, nanoseconds: UInt64
    ) {
        underWay.wrappingSubtract(1, ordering: .relaxed)
        let series = trail.operation.flatMap { byOperation[$0.id] } ?? none
        series.note(method, status.code, bytes: bytes, nanoseconds: nanoseconds)
        if let problem = trail.problem { problems.first { $0.kind == problem }?.count.add() }
        if let standing = trail.standing, standing.retryAfter != nil {
            rateLimited.first { $0.policy == standing.policy }?.count.add()
        }
    }
}

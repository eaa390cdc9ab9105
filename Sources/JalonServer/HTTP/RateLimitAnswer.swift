import ActionPlans
import HTTPTypes

extension RateLimiter.Standing {
    /// The fields of draft-ietf-httpapi-ratelimit-headers.
    func write(to fields: inout HTTPFields) {
        fields[.rateLimitPolicy] = "\"\(policy.rawValue)\";q=\(limit);w=\(RateLimiter.window)"
        fields[.rateLimit] = "\"\(policy.rawValue)\";r=\(remaining);t=\(resetsIn)"
    }

    func write(to object: inout JSONWriter) {
        object.member("limit", limit)
        object.member("window_seconds", RateLimiter.window)
        object.member("remaining", remaining)
        object.member("resets_in_seconds", resetsIn)
    }
}

extension Problem {
    static func rateLimited(retryAfter seconds: Int) -> Problem {
        var problem = Problem(
            .rateLimited,
            Message("Trop de requêtes ; réessayez dans \(seconds) s.", "Too many requests; try again in \(seconds) s."))
        problem.fields[.retryAfter] = String(seconds)
        return problem
    }
}

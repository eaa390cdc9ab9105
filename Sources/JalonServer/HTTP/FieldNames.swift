import HTTPTypes

extension HTTPFields {
    /// Puts a field that was made before in the place of those of its name.
    mutating func set(_ field: HTTPField) {
        if contains(field.name) { self[fields: field.name] = [field] } else { append(field) }
    }
}

/// The fields that HTTPTypes has no name for. These literals are tokens, so the names exist.
extension HTTPField.Name {
    // swift-format-ignore: NeverForceUnwrap
    static let crossOriginResourcePolicy = HTTPField.Name("Cross-Origin-Resource-Policy")!
    // swift-format-ignore: NeverForceUnwrap
    static let xRequestID = HTTPField.Name("X-Request-Id")!
    // swift-format-ignore: NeverForceUnwrap
    static let xForwardedFor = HTTPField.Name("X-Forwarded-For")!
    // swift-format-ignore: NeverForceUnwrap
    static let xForwardedPrefix = HTTPField.Name("X-Forwarded-Prefix")!
    // swift-format-ignore: NeverForceUnwrap
    static let acceptPost = HTTPField.Name("Accept-Post")!
    // swift-format-ignore: NeverForceUnwrap
    static let acceptPatch = HTTPField.Name("Accept-Patch")!
    // swift-format-ignore: NeverForceUnwrap
    static let link = HTTPField.Name("Link")!
    // swift-format-ignore: NeverForceUnwrap
    static let rateLimit = HTTPField.Name("RateLimit")!
    // swift-format-ignore: NeverForceUnwrap
    static let rateLimitPolicy = HTTPField.Name("RateLimit-Policy")!
    // swift-format-ignore: NeverForceUnwrap
    static let traceParent = HTTPField.Name("traceparent")!
    // swift-format-ignore: NeverForceUnwrap
    static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
    // swift-format-ignore: NeverForceUnwrap
    static let idempotencyReplayed = HTTPField.Name("Idempotency-Replayed")!
}

import ActionPlans
import HTTPTypes

/// Which pages of other origins a browser lets read the answers (the CORS protocol of the Fetch standard).
///
/// What anybody may read without a token, any page may read, without credentials. The rest is for the origins that the
/// operator names: their pages may send a token in `Authorization`. Cookies are never involved.
package struct CrossOriginPolicy: Sendable {
    /// A setting with items that are no origin.
    package struct Unreadable: Error {
        package let items: [String]
    }

    /// Whose pages may read an answer.
    enum Readers: Sendable {
        /// Anybody may read it without a token.
        case anyPage
        /// It needs a token: pages of the origins that the operator names.
        case namedPages
        /// Only the operator looks at it.
        case noPage
    }

    private let origins: Set<String>

    /// How long a browser may remember the answer to a preflight, in seconds: two hours, the most that browsers keep.
    private static let memory = 7_200

    /// What a page may read of an answer besides its body and the few fields that browsers always show.
    private static let exposed = [
        "Content-Disposition", "ETag", "Idempotency-Replayed", "Link", "Location", "RateLimit", "RateLimit-Policy", "Retry-After",
        "WWW-Authenticate", "X-Request-Id",
    ].joined(separator: ", ")

    private static let exposing = HTTPField(name: .accessControlExposeHeaders, value: exposed)

    /// What a page may send to read what is public.
    private static let readingFields = [
        "Accept", "Accept-Language", "Cache-Control", "If-Match", "If-None-Match", "Traceparent", "X-Request-Id",
    ]
    /// What a page of a named origin may send as well.
    private static let trustedFields = ["Authorization", "Content-Type", "Idempotency-Key"]

    /// Public answers only.
    package init() { origins = [] }

    /// - Parameter list: origins as browsers write them, separated by commas: `https://tableau.exemple.gouv.fr`.
    /// - Throws: ``Unreadable`` with every item that is none, empty ones included.
    package init(_ list: String) throws(Unreadable) {
        let items = list.split(separator: ",", omittingEmptySubsequences: false).map(\.withoutBlanksAround)
        let faults = items.filter { !Self.isOrigin($0) }
        guard faults.isEmpty else { throw Unreadable(items: faults.map(String.init)) }
        origins = Set(items.map(String.init))
    }

    /// Lets the page that asked read the answer, where it may.
    func admit(_ request: HTTPFields, _ readers: Readers, to answer: inout HTTPFields) {
        // Without named origins every public answer is the same for all, and the others never mention an origin.
        if readers == .namedPages, !origins.isEmpty { answer.append(HTTPField(name: .vary, value: "Origin")) }
        guard let allowed = allowedOrigin(request, readers) else { return }
        answer[.accessControlAllowOrigin] = allowed
        answer.set(Self.exposing)
    }

    /// Completes the answer to OPTIONS where it is a preflight: a browser asks whether a page may send what it is about to send.
    /// - Parameter readers: those of what the method answers.
    func preflight(_ request: HTTPFields, methods: String, readers: (HTTPRequest.Method) -> Readers, to answer: inout HTTPFields)
    {
        guard let wanted = request[.accessControlRequestMethod], let method = HTTPRequest.Method(rawValue: wanted) else { return }
        let isTrusted = request[.origin].map(origins.contains) ?? false
        admit(request, readers(method), to: &answer)
        guard answer[.accessControlAllowOrigin] != nil else { return }
        answer[.accessControlExposeHeaders] = nil
        answer[.accessControlAllowMethods] = methods
        let fields = isTrusted ? Self.readingFields + Self.trustedFields : Self.readingFields
        answer[.accessControlAllowHeaders] = fields.sorted().joined(separator: ", ")
        answer[.accessControlMaxAge] = String(Self.memory)
    }

    private func allowedOrigin(_ request: HTTPFields, _ readers: Readers) -> String? {
        switch readers {
        case .anyPage: "*"
        case .namedPages: request[.origin].flatMap { origins.contains($0) ? $0 : nil }
        case .noPage: nil
        }
    }

    /// `scheme://host` and perhaps a port, in small letters and without anything after: browsers compare byte by byte.
    private static func isOrigin(_ text: Substring) -> Bool {
        let pattern = #/https?://(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::[1-9][0-9]{0,4})?/#
        return text.wholeMatch(of: pattern) != nil
    }
}

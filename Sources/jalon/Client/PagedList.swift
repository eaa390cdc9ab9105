extension ServerClient {
    private struct Page: Decodable {
        struct Links: Decodable {
            let next: String?
        }

        let links: Links
    }

    /// Asks for a list page after page, as long as there are more and somebody reads what becomes of them.
    /// - Parameter body: told each page; whether it wants another one.
    /// - Throws: what `body` throws, and ``Failure`` for a page that is refused.
    func pages(of first: Request, _ body: (ServerAnswer) throws -> Bool) async throws {
        var request = first
        while true {
            let answer = try await send(request)
            guard answer.isSuccess else { throw answer.failure() }
            let wantsMore = try body(answer)
            let page: Page = try answer.decoded()
            guard wantsMore, let next = page.links.next, StandardOutput.hasReader else { return }
            request = Request(link: next)
            request.accept = first.accept
        }
    }

    /// Writes what an address answers as a table, in the form of every table of the service.
    func writeTable(of request: Request) async throws {
        var request = request
        request.accept = "text/csv"
        let answer = try await send(request)
        guard answer.isSuccess else { throw answer.failure() }
        try Terminal.write(answer.bytes)
    }
}

import HTTPTypes
import OutgoingHTTP
import Testing

@testable import JalonServer

@Suite("Trusted proxies")
struct TrustedProxyTests {
    /// Who is trusted, who is connected, the lines of `X-Forwarded-For`, and who the client is found to be.
    struct Case: Sendable, CustomTestStringConvertible {
        let trusted: String
        let peer: String?
        let lines: [String]
        let client: String?

        init(_ trusted: String, _ peer: String?, _ lines: [String], _ client: String?) {
            self.trusted = trusted
            self.peer = peer
            self.lines = lines
            self.client = client
        }

        var testDescription: String { "\(trusted) | \(peer ?? "nobody") | \(lines) | \(client ?? "nobody")" }
    }

    private static let hops: [Case] = [
        // Nobody is trusted, or not this one: the field is worth nothing.
        Case("", "10.0.0.1", ["192.0.2.1"], "10.0.0.1"),
        Case("10.0.0.0/8", "203.0.113.9", ["192.0.2.1"], "203.0.113.9"),
        Case("10.0.0.0/8", "203.0.113.9", ["192.0.2.1, 10.0.0.1"], "203.0.113.9"),
        Case("10.0.0.0/8", nil, ["192.0.2.1"], nil),
        Case("0.0.0.0/0,::/0", "unix:", ["192.0.2.1"], nil),
        // One proxy, then several.
        Case("10.0.0.0/8", "10.0.0.1", [], "10.0.0.1"),
        Case("10.0.0.0/8", "10.0.0.1", ["192.0.2.1"], "192.0.2.1"),
        Case("10.0.0.0/8", "10.0.0.1", ["192.0.2.1, 10.0.0.2"], "192.0.2.1"),
        Case("10.0.0.1,198.51.100.0/24", "10.0.0.1", ["192.0.2.1, 198.51.100.7, 198.51.100.8"], "192.0.2.1"),
        Case("10.0.0.1,198.51.100.0/24", "10.0.0.1", ["192.0.2.1, 10.0.0.2, 198.51.100.8"], "10.0.0.2"),
        Case("10.0.0.0/8", "10.0.0.1", ["10.0.0.3,10.0.0.2"], "10.0.0.3"),
        // What the client sent itself stands on the left.
        Case("10.0.0.0/8", "10.0.0.1", ["6.6.6.6, 192.0.2.1"], "192.0.2.1"),
        Case("10.0.0.0/8", "10.0.0.1", ["10.9.9.9, 6.6.6.6, 192.0.2.1, 10.0.0.2"], "192.0.2.1"),
        Case("10.0.0.0/8", "10.0.0.1", ["'; drop table tokens, 192.0.2.1"], "192.0.2.1"),
        // Several lines are one list, in order.
        Case("10.0.0.0/8", "10.0.0.1", ["6.6.6.6", "192.0.2.1"], "192.0.2.1"),
        Case("10.0.0.0/8", "10.0.0.1", ["6.6.6.6", "5.5.5.5, 192.0.2.1", "10.0.0.3, 10.0.0.2"], "192.0.2.1"),
        Case("10.0.0.0/8", "10.0.0.1", ["192.0.2.1", "", "10.0.0.2"], "10.0.0.2"),
    ]

    private static let spellings: [Case] = [
        // What is no address ends the search at the last trusted hop.
        Case("10.0.0.0/8", "10.0.0.1", ["unknown"], "10.0.0.1"),
        Case("10.0.0.0/8", "10.0.0.1", [""], "10.0.0.1"),
        Case("10.0.0.0/8", "10.0.0.1", ["192.0.2.1,"], "10.0.0.1"),
        Case("10.0.0.0/8", "10.0.0.1", ["192.0.2.1, _hidden, 10.0.0.2"], "10.0.0.2"),
        Case("10.0.0.0/8", "10.0.0.1", ["192.0.2.1 10.0.0.2"], "10.0.0.1"),
        Case("10.0.0.0/8", "10.0.0.1", ["for=192.0.2.1"], "10.0.0.1"),
        Case("10.0.0.0/8", "10.0.0.1", ["192.0.2.256"], "10.0.0.1"),
        Case("10.0.0.0/8", "10.0.0.1", ["192.0.2"], "10.0.0.1"),
        Case("10.0.0.0/8", "10.0.0.1", ["192.0.2.1/32"], "10.0.0.1"),
        Case("10.0.0.0/8", "10.0.0.1", ["192.0.2.1é"], "10.0.0.1"),
        // Blanks, ports and brackets.
        Case("10.0.0.0/8", "10.0.0.1", [" \t192.0.2.1\t ,\t10.0.0.2 "], "192.0.2.1"),
        Case("10.0.0.0/8", "10.0.0.1", ["192.0.2.1:56789, 10.0.0.2:80"], "192.0.2.1"),
        Case("10.0.0.0/8", "10.0.0.1", ["192.0.2.1:65535"], "192.0.2.1"),
        Case("10.0.0.0/8", "10.0.0.1", ["192.0.2.1:65536"], "10.0.0.1"),
        Case("10.0.0.0/8", "10.0.0.1", ["192.0.2.1:"], "10.0.0.1"),
        Case("10.0.0.0/8", "10.0.0.1", ["192.0.2.1:http"], "10.0.0.1"),
        Case("10.0.0.0/8", "10.0.0.1", ["[2001:db8::1]:443"], "2001:db8::1"),
        Case("10.0.0.0/8", "10.0.0.1", ["[2001:DB8::1]"], "2001:db8::1"),
        Case("10.0.0.0/8", "10.0.0.1", ["2001:db8:0:0::1"], "2001:db8::1"),
        Case("10.0.0.0/8", "10.0.0.1", ["[2001:db8::1"], "10.0.0.1"),
        Case("10.0.0.0/8", "10.0.0.1", ["[2001:db8::1]443"], "10.0.0.1"),
        Case("10.0.0.0/8", "10.0.0.1", ["[192.0.2.1]:80"], "10.0.0.1"),
        Case("10.0.0.0/8", "10.0.0.1", ["[]:80"], "10.0.0.1"),
        Case("10.0.0.0/8", "10.0.0.1", ["[", "]"], "10.0.0.1"),
        // IPv4 that came by an IPv6 socket.
        Case("10.0.0.0/8", "::ffff:10.0.0.1", ["192.0.2.1"], "192.0.2.1"),
        Case("10.0.0.0/8", "10.0.0.1", ["192.0.2.1, ::ffff:10.0.0.2"], "192.0.2.1"),
        Case("10.0.0.0/8", "10.0.0.1", ["[::ffff:192.0.2.1]:80"], "192.0.2.1"),
        Case("::ffff:10.0.0.0/104", "10.0.0.1", ["192.0.2.1"], "192.0.2.1"),
        Case("fe80::/10", "fe80::1%eth0", ["192.0.2.1"], "192.0.2.1"),
    ]

    private static let lengths: [Case] = [
        Case("0.0.0.0/0", "203.0.113.9", ["192.0.2.1"], "192.0.2.1"),
        Case("0.0.0.0/0", "2001:db8::1", ["192.0.2.1"], "2001:db8::1"),
        Case("::/0", "2001:db8::1", ["192.0.2.1"], "192.0.2.1"),
        Case("::/0", "203.0.113.9", ["192.0.2.1"], "203.0.113.9"),
        Case("::/0", "::ffff:203.0.113.9", ["192.0.2.1"], "203.0.113.9"),
        Case("10.0.0.0/8", "10.255.255.255", ["192.0.2.1"], "192.0.2.1"),
        Case("10.0.0.0/8", "11.0.0.0", ["192.0.2.1"], "11.0.0.0"),
        Case("192.0.2.6/31", "192.0.2.7", ["192.0.2.8"], "192.0.2.8"),
        Case("192.0.2.6/31", "192.0.2.8", ["192.0.2.1"], "192.0.2.8"),
        Case("192.0.2.6/31", "192.0.2.5", ["192.0.2.1"], "192.0.2.5"),
        Case("192.0.2.6/32", "192.0.2.6", ["192.0.2.7"], "192.0.2.7"),
        Case("192.0.2.6", "192.0.2.7", ["192.0.2.1"], "192.0.2.7"),
        Case("2001:db8::/32", "2001:db8:ffff::1", ["192.0.2.1"], "192.0.2.1"),
        Case("2001:db8::/32", "2001:db9::1", ["192.0.2.1"], "2001:db9::1"),
        Case("2001:db8::/64", "2001:db8::ffff:0:0:1", ["192.0.2.1"], "192.0.2.1"),
        Case("2001:db8::/65", "2001:db8::8000:0:0:1", ["192.0.2.1"], "2001:db8::8000:0:0:1"),
        Case("::1/128", "::1", ["192.0.2.1"], "192.0.2.1"),
        Case("::1", "::2", ["192.0.2.1"], "::2"),
        Case(" 10.0.0.0/8 , ::1 ", "::1", ["192.0.2.1, 10.0.0.2"], "192.0.2.1"),
    ]

    @Test("the client is the first address from the right that is no trusted proxy", arguments: hops + spellings + lengths)
    func client(_ example: Case) throws {
        let proxies = example.trusted.isEmpty ? TrustedProxies() : try TrustedProxies(example.trusted)
        var fields = HTTPFields()
        fields[values: .xForwardedFor] = example.lines
        let expected = NetworkAddress(peer: example.client)
        #expect((expected == nil) == (example.client == nil), "an address to expect")
        #expect(proxies.client(of: example.peer, fields) == expected)
    }

    @Test("an address ends where its text does", arguments: ["192.0.2.1\u{0}", "::1\u{0}", "192.0.2.1\u{301}", "::1 ", "::1\n"])
    func whole(_ text: String) {
        #expect(NetworkAddress(text[...]) == nil && NetworkAddress(forwarded: text[...]) == nil)
        #expect(NetworkAddress(forwarded: "[::1\u{0}]") == nil && NetworkAddress(forwarded: "192.0.2.1\u{0}:80") == nil)
    }

    @Test("no more than fifty elements are looked at, whatever is sent", arguments: [true, false])
    func bounded(_ isOneLine: Bool) throws {
        let proxies = try TrustedProxies("10.0.0.0/8")
        func client(hops: Int) -> NetworkAddress? {
            let elements = ["192.0.2.1"] + (0..<hops).reversed().map { "10.0.1.\($0)" }
            var fields = HTTPFields()
            fields[values: .xForwardedFor] = isOneLine ? [elements.joined(separator: ", ")] : elements
            return proxies.client(of: "10.0.0.1", fields)
        }
        #expect(TrustedProxies.farthest == 50)
        #expect(client(hops: 49) == NetworkAddress("192.0.2.1"))
        #expect(client(hops: 50) == NetworkAddress("10.0.1.49"))
        #expect(client(hops: 200) == NetworkAddress("10.0.1.49"))
    }

    @Test(
        "a setting is refused with each item that is neither an address nor a range",
        arguments: [
            ("nonsense", ["nonsense"]), ("10.0.0.0/8,10.0.0", ["10.0.0"]), ("10.0.0.0/33", ["10.0.0.0/33"]),
            ("10.0.0.0/-1,::/129", ["10.0.0.0/-1", "::/129"]), ("10.0.0.0/", ["10.0.0.0/"]), ("/8", ["/8"]),
            ("10.0.0.0/8/8", ["10.0.0.0/8/8"]), ("10.0.0.0/+8", ["10.0.0.0/+8"]), ("10.0.0.0/0x8", ["10.0.0.0/0x8"]),
            ("10.1.2.3/8", ["10.1.2.3/8"]), ("2001:db8::1/32", ["2001:db8::1/32"]), ("::ffff:0.0.0.0/80", ["::ffff:0.0.0.0/80"]),
            ("10.0.0.0/8,", [""]), (",", ["", ""]), (" ", [""]), ("10.0.0.1 10.0.0.2", ["10.0.0.1 10.0.0.2"]),
            ("[::1]", ["[::1]"]), ("10.0.0.1:80", ["10.0.0.1:80"]), ("fe80::1%eth0", ["fe80::1%eth0"]),
            ("proxy.example", ["proxy.example"]), ("010.0.0.1", ["010.0.0.1"]), ("10.0.0.0/8é", ["10.0.0.0/8é"]),
        ])
    func badSettings(_ list: String, _ items: [String]) {
        let error = #expect(throws: TrustedProxies.Unreadable.self) { try TrustedProxies(list) }
        #expect(error?.items == items)
    }

    @Test("clients behind a trusted proxy have a bucket each, and nobody else gets a second one by inventing addresses")
    func buckets() async throws {
        try await TestServer.with { server in
            let proxies = try TrustedProxies("10.0.0.0/8,::1")
            let dispatcher = try server.variant {
                $0.anonymousRateLimit = 3
                $0.trustedProxies = proxies
            }
            func send(from peer: String, _ lines: String...) async -> Int {
                var fields = HTTPFields()
                fields[values: .xForwardedFor] = lines
                let request = IncomingRequest(
                    method: .get, target: "/v1/vocabularies", fields: fields, peer: peer, body: { _ in [] })
                return await TestAnswer.whole(await dispatcher.answer(request)).status
            }
            for _ in 1...3 { #expect(await send(from: "10.0.0.1", "192.0.2.1") == 200) }
            #expect(await send(from: "10.0.0.1", "192.0.2.1") == 429)
            #expect(await send(from: "::1", "192.0.2.1, 10.0.0.1") == 429, "by another way it is the same client")
            for invented in 1...5 {
                #expect(await send(from: "10.0.0.1", "198.51.100.\(invented), 192.0.2.1") == 429)
                #expect(await send(from: "10.0.0.1", "198.51.100.\(invented)", "192.0.2.1") == 429)
            }
            #expect(await send(from: "10.0.0.1", "192.0.2.2") == 200, "another client of the same proxy")
            #expect(await send(from: "10.0.0.1") == 200, "the proxy itself")
            // A network of 64 bits is one client, behind a proxy too.
            for host in 1...3 { #expect(await send(from: "10.0.0.1", "2001:db8::\(host)") == 200) }
            #expect(await send(from: "10.0.0.1", "[2001:db8::4]:443") == 429)

            for invented in 1...3 { #expect(await send(from: "203.0.113.9", "198.51.100.\(invented)") == 200) }
            for invented in 1...20 { #expect(await send(from: "203.0.113.9", "198.51.100.\(invented)") == 429) }
            #expect(await send(from: "203.0.113.9", "192.0.2.2, 10.0.0.1") == 429)
            #expect(await send(from: "10.0.0.1", "198.51.100.1") == 200, "nor has it used up those of others")
        }
    }

    @Test("the field is read on a socket, from the address that is connected", arguments: [true, false])
    func listening(_ isTrusted: Bool) async throws {
        try await TestServer.with { server in
            var configuration = server.state.configuration
            configuration.anonymousRateLimit = 2
            configuration.trustedProxies = try TrustedProxies(isTrusted ? "127.0.0.0/8" : "127.0.0.2")
            try await LiveServer.with(configuration) { address, _ in
                var statuses: [Int] = []
                for lines in [["192.0.2.1"], ["192.0.2.1"], ["6.6.6.6", "192.0.2.1, 127.0.0.3"], ["192.0.2.2"]] {
                    statuses.append(try await Self.status(address + "/v1/vocabularies", lines))
                }
                #expect(statuses == [200, 200, 429, isTrusted ? 200 : 429])
            }
        }
    }

    private static func status(_ address: String, _ lines: [String]) async throws -> Int {
        var fields = HTTPFieldList()
        for line in lines { fields.add("x-forwarded-FOR", line) }
        return try await WebClient.send(WebClient.Request("GET", address, fields), within: .seconds(10)).status
    }
}

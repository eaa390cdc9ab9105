"""The table of what a client may put on the wire, and of what must come back.

Where RFC 9110 and RFC 9112 decide (MUST), one outcome is good; where they leave a choice (MAY, SHOULD), each of the
choices is. A refusal of the channel itself is a problem, says `Connection: close`, and closes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from wire_client import Answer

OPEN = "open"
CLOSED = "closed"
# Open or closed, as the last answer says.
AS_SAID = "as said"

# A problem whose slug does not matter here.
ANY_PROBLEM = "*"


@dataclass(frozen=True)
class Outcome:
    """The final answers in their order (status and problem, if any), then the state of the connection."""

    answers: tuple[tuple[int, str | None], ...]
    state: str

    def __str__(self) -> str:
        said = ", ".join(f"{status} {slug}" if slug else str(status) for status, slug in self.answers) or "no answer"
        return f"{said}, {self.state}"


@dataclass
class Vector:
    group: str
    name: str
    data: bytes
    outcomes: list[Outcome]
    # Which requests of the data are HEAD, by rank: their answers have no body.
    heads: frozenset[int] = frozenset()
    # The client says that it sends no more: a half-closed connection.
    finishes: bool = False
    # The answer must come within these seconds.
    within: float = 5.0
    check: Callable[[list[Answer]], str | None] | None = None
    limits_growth: bool = False


def one(status: int, slug: str | None = None, state: str = OPEN) -> Outcome:
    return Outcome(((status, slug),), state)


OK = one(200)
MALFORMED = one(400, "malformed-request", CLOSED)
TOO_MUCH_HEAD = one(431, "headers-too-large", CLOSED)
TOO_LARGE = one(413, "content-too-large", CLOSED)
NOTHING = Outcome((), CLOSED)
NOT_FOUND = one(404, "not-found")
# A token of a method that no path has: the contract's 405, or the refusal of a channel that does not know the word.
UNKNOWN_METHOD = [one(405, "method-not-allowed", AS_SAID), one(501, ANY_PROBLEM, CLOSED), MALFORMED]

HOST = "jalon.example"


def request(line: str, *fields: str | bytes, body: bytes = b"", host: str | None = HOST) -> bytes:
    parts = [line.encode("latin-1")]
    if host is not None:
        parts.append(f"Host: {host}".encode("latin-1"))
    parts += [one_field if isinstance(one_field, bytes) else one_field.encode("latin-1") for one_field in fields]
    return b"\r\n".join(parts) + b"\r\n\r\n" + body


def get(target: str, *fields: str | bytes, host: str | None = HOST) -> bytes:
    return request(f"GET {target} HTTP/1.1", *fields, host=host)


@dataclass
class Table:
    token: str
    vectors: list[Vector] = field(default_factory=list)
    group: str = ""

    @property
    def bearer(self) -> str:
        return f"Authorization: Bearer {self.token}"

    def add(self, name: str, data: bytes, *outcomes: Outcome, **more: object) -> None:
        self.vectors.append(Vector(self.group, name, data, list(outcomes), **more))  # type: ignore[arg-type]

    def post(self, *fields: str | bytes, body: bytes = b"", version: str = "1.1", token: bool = True) -> bytes:
        """A rehearsal that nothing can come of: an empty object is no roadmap (422)."""
        who: list[str | bytes] = [self.bearer] if token else []
        line = f"POST /v1/roadmaps?dry_run=true HTTP/{version}"
        return request(line, *who, "Content-Type: application/json", *fields, body=body)

    def put_plan(self, *fields: str | bytes, body: bytes = b"") -> bytes:
        line = "PUT /v1/roadmaps/TE-2022/plan?dry_run=true HTTP/1.1"
        return request(line, self.bearer, "Content-Type: application/json", "If-Match: *", *fields, body=body)


# An empty object was read, understood, and refused for what it lacks.
READ = one(422, "validation-failed")
READ_AS_SAID = one(422, "validation-failed", AS_SAID)
READ_THEN_CLOSED = one(422, "validation-failed", CLOSED)


def request_lines(table: Table) -> None:
    table.group = "request line"
    add = table.add
    add("GET", get("/livez"), OK)
    add("an empty line before", b"\r\n" + get("/livez"), OK)
    add("two empty lines before", b"\r\n\r\n" + get("/livez"), OK, MALFORMED)
    add("a method in lower case", request("get /livez HTTP/1.1"), *UNKNOWN_METHOD)
    add("an unknown method", request("BREW /livez HTTP/1.1"), *UNKNOWN_METHOD)
    add("a known method that the path has not", request("DELETE /livez HTTP/1.1"), one(405, "method-not-allowed"))
    add("TRACE", request("TRACE /livez HTTP/1.1"), *UNKNOWN_METHOD)
    add("a method that is no token", request("G(T /livez HTTP/1.1"), MALFORMED)
    add("a method of 200 letters", request("A" * 200 + " /livez HTTP/1.1"), *UNKNOWN_METHOD)
    add("a method of 40,000 letters", request("A" * 40_000 + " /livez HTTP/1.1"), MALFORMED, TOO_MUCH_HEAD,
        one(501, ANY_PROBLEM, CLOSED))
    add("two spaces after the method", request("GET  /livez HTTP/1.1"), MALFORMED, OK)
    add("two spaces before the version", request("GET /livez  HTTP/1.1"), MALFORMED, OK)
    add("tabs for spaces", request("GET\t/livez\tHTTP/1.1"), MALFORMED, OK)
    add("a space after the version", request("GET /livez HTTP/1.1 "), MALFORMED, OK)
    add("a space before the method", request(" GET /livez HTTP/1.1"), MALFORMED)
    add("a space in the target", request("GET /liv ez HTTP/1.1"), MALFORMED)
    add("no target", request("GET HTTP/1.1"), MALFORMED)
    add("an empty target", request("GET  HTTP/1.1"), MALFORMED)
    add("only a method", b"GET\r\n\r\n", MALFORMED)
    add("no version, as in HTTP/0.9", b"GET /livez\r\n\r\n", MALFORMED)
    for version in ("HTTP/0.9", "HTTP/2.0", "HTTP/3.1", "HTTP/9.9", "http/1.1", "HTTP/1.1x", "HTTP/11", "HTTP/1.",
                    "HTTP/.1", "HTTP/-1.1", "HTTP/1.10", "HTTPS/1.1", "JALON/1.1", "HTTP 1.1"):
        add(f"version {version}", request(f"GET /livez {version}"), MALFORMED)
    add("version HTTP/1.2", request("GET /livez HTTP/1.2"), OK, MALFORMED)
    add("HTTP/1.0", request("GET /livez HTTP/1.0"), one(200, state=CLOSED))
    add("HTTP/1.0 without Host", request("GET /livez HTTP/1.0", host=None), one(200, state=CLOSED))
    add("HTTP/1.0 with keep-alive", request("GET /livez HTTP/1.0", "Connection: keep-alive"), one(200, state=AS_SAID),
        check=_persists_aloud)
    add("the preface of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", MALFORMED)
    add("a line feed alone ends lines", b"GET /livez HTTP/1.1\nHost: a\n\n", OK, MALFORMED)
    add("a carriage return alone ends lines", b"GET /livez HTTP/1.1\rHost: a\r\r", MALFORMED, finishes=True)


def _persists_aloud(answers: list[Answer]) -> str | None:
    """HTTP/1.0 keeps a connection only when the server says so."""
    kept = "keep-alive" in (answers[0].value("connection") or "").lower()
    answers[0].fields += [] if kept or answers[0].says_close() else [("connection", "close")]
    return None


def targets(table: Table) -> None:
    table.group = "target"
    add = table.add
    add("absolute-form", get(f"http://{HOST}/livez"), OK)
    add("absolute-form, another host than Host's", get("http://other.example:8080/livez"), OK)
    add("absolute-form without a path", get(f"http://{HOST}"), OK)
    add("absolute-form without a path, with a query", get(f"http://{HOST}?limit=1"), one(400, "invalid-parameter"))
    add("absolute-form, scheme in upper case", get(f"HTTP://{HOST}/livez"), OK)
    add("absolute-form, another scheme", get("ftp://jalon.example/livez"), MALFORMED, NOT_FOUND,
        one(421, ANY_PROBLEM, AS_SAID))
    add("authority-form", request("CONNECT jalon.example:443 HTTP/1.1"), *UNKNOWN_METHOD)
    add("CONNECT to a path", request("CONNECT /livez HTTP/1.1"), *UNKNOWN_METHOD)
    add("authority-form with GET", get("jalon.example:443"), MALFORMED)
    add("asterisk-form", request("OPTIONS * HTTP/1.1"), one(204), OK)
    add("asterisk-form with GET", get("*"), MALFORMED, NOT_FOUND)
    add("no leading slash", get("livez"), MALFORMED)
    add("a question mark only", get("?limit=1"), MALFORMED)
    add("a fragment", get("/livez#top"), MALFORMED, OK)
    add("an empty query", get("/livez?"), OK)
    add("a query too many", get("/livez?limit=1"), one(400, "invalid-parameter"))
    add("a path of 8,000 bytes", get("/" + "a" * 7_999), NOT_FOUND)
    add("a query of 8,000 bytes", get("/livez?q=" + "a" * 7_990), one(400, "invalid-parameter"))
    add("a target of more than 8 KiB", get("/" + "a" * 8_400), TOO_MUCH_HEAD)
    add("a query of more than 8 KiB", get("/livez?q=" + "a" * 8_400), TOO_MUCH_HEAD)
    add("a target of 64 KiB", get("/" + "a" * 65_535), TOO_MUCH_HEAD)
    for name, byte in (("NUL", "\x00"), ("a control byte", "\x01"), ("DEL", "\x7f"), ("an escape", "\x1b"),
                       ("a bell in the query", "?\x07")):
        add(f"{name} in the target", get(f"/livez{byte}"), MALFORMED)
    add("a carriage return in the target", b"GET /liv\rez HTTP/1.1\r\nHost: a\r\n\r\n", MALFORMED)
    add("UTF-8 that is not escaped", get("/v1/é".encode().decode("latin-1")), MALFORMED, NOT_FOUND)
    add("Latin-1 that is not escaped", get("/v1/\xe9"), MALFORMED, NOT_FOUND)
    for path in ("/livez%00", "/%2e%2e/livez", "/v1/%2e%2e/livez", "/v1/../livez", "/./livez", "/../../etc/passwd",
                 "//livez", "/livez//", "/livez/", "/livez;a=b", "/livez%2F", "/livez%2f..", "/%zz", "/livez%", "/livez%2",
                 "/%C0%AFlivez", "/%F0%28%8C%28", "/livez%20", "/LIVEZ", "/livez%0d%0aX-A:%20b", "/livez%3Flimit=1"):
        add(path, get(path), NOT_FOUND)
    add("a backslash", get("/v1\\me"), NOT_FOUND, MALFORMED)
    add("angle brackets", get("/<livez>"), NOT_FOUND, MALFORMED)
    add("an escaped letter is that letter", get("/%6Civez"), OK)
    for path in ("/v1/roadmaps/%00", "/v1/roadmaps/..%2Ftokens", "/v1/roadmaps/TE%2F2022", "/v1/roadmaps/%zz",
                 "/v1/roadmaps/TE-2022%00", "/v1/roadmaps/", "/v1/roadmaps/%F0%28%8C%28", "/v1/actions/TE-2022-ACH-01%0A"):
        add(f"{path}, with a token", get(path, table.bearer), NOT_FOUND)
    for query in ("%zz", "limit=%zz", "limit=%00", "q=%F0%28%8C%28", "limit=1&limit=2", "limit=1&%6Cimit=2", "limit=+1",
                  "limit=1;count=true", "&&&&limit=x", "=", "cursor=%2e%2e"):
        slug = "invalid-cursor" if query.startswith("cursor") else "invalid-parameter"
        add(f"?{query}", get(f"/v1/actions?{query}", table.bearer), one(400, slug))


def hosts(table: Table) -> None:
    table.group = "Host"
    add = table.add
    add("missing", get("/livez", host=None), MALFORMED)
    add("twice", get("/livez", f"Host: {HOST}"), MALFORMED)
    add("twice, different", get("/livez", "Host: other.example"), MALFORMED)
    add("empty", get("/livez", host=""), OK)
    add("a list", get("/livez", host="a.example, b.example"), MALFORMED)
    for value in ("a b", "a/b", "user@a.example", "a.example:port", "a.example:99999999", "[::1", "a\x01b", "a?b", "a#b",
                  "<a>", "a\\b"):
        add(f"{value!r}", get("/livez", host=value), MALFORMED)
    for value in ("a.example:8080", "127.0.0.1", "[::1]:8080", "A.EXAMPLE", "a.example:", "xn--e1afmkfd.example"):
        add(value, get("/livez", host=value), OK)


def fields(table: Table) -> None:
    table.group = "fields"
    add = table.add
    add("a space before the colon", get("/livez", "X-A : b"), MALFORMED)
    add("a tab before the colon", get("/livez", "X-A\t: b"), MALFORMED)
    add("Host with a space before the colon", get("/livez", f"Host : {HOST}", host=None), MALFORMED)
    add("a folded line", get("/livez", "X-A: b\r\n c"), MALFORMED, OK)
    add("a folded line by a tab", get("/livez", "X-A: b\r\n\tc"), MALFORMED, OK)
    add("a first field that begins with a space", request("GET /livez HTTP/1.1", f" Host: {HOST}", host=None), MALFORMED)
    add("no colon", get("/livez", "X-A"), MALFORMED)
    add("an empty name", get("/livez", ": b"), MALFORMED)
    add("NUL in a value", get("/livez", b"X-A: a\x00b"), MALFORMED)
    add("NUL in a name", get("/livez", b"X-\x00A: b"), MALFORMED)
    add("a carriage return in a value", get("/livez", b"X-A: a\rb"), MALFORMED, OK)
    add("a carriage return, then a field", get("/livez", b"X-A: a\rContent-Length: 5"), MALFORMED, OK)
    add("a line feed in a value", get("/livez", b"X-A: a\nb"), MALFORMED)
    for name in ("X A", "X(A)", "X@A", "X/A", "X[A]", "X{A}", 'X"A"', "X,A", "X=A", "X\x01A", "X\xe9A"):
        add(f"the name {name!r}", get("/livez", f"{name}: b"), MALFORMED)
    add("a name of every other mark", get("/livez", "!#$%&'*+-.^_`|~: b"), OK)
    add("a control byte in a value", get("/livez", b"X-A: a\x01b"), MALFORMED, OK)
    add("a tab in a value", get("/livez", "X-A: a\tb"), OK)
    add("bytes beyond ASCII in a value", get("/livez", b"X-A: \xc3\xa9\xff"), OK)
    add("an empty value", get("/livez", "X-A:"), OK)
    add("white space around a value", get("/livez", "X-A: \t b \t "), OK)
    add("a value of 8 KiB", get("/livez", "X-A: " + "a" * 8_192), OK)
    add("a value of 30 KiB", get("/livez", "X-A: " + "a" * 30_000), OK)
    add("a value of 33 KiB", get("/livez", "X-A: " + "a" * 33_000), TOO_MUCH_HEAD)
    add("a value of 64 KiB", get("/livez", "X-A: " + "a" * 65_536), TOO_MUCH_HEAD)
    add("a name of 64 KiB", get("/livez", "a" * 65_536 + ": b"), TOO_MUCH_HEAD)
    add("a section of 2 MiB", get("/livez", *[f"X-{n}: " + "a" * 20_000 for n in range(100)]), TOO_MUCH_HEAD)
    add("a section of 31 KiB", get("/livez", *[f"X-{n}: " + "a" * 500 for n in range(60)]), OK)
    add("a section of 34 KiB", get("/livez", *[f"X-{n}: " + "a" * 500 for n in range(68)]), TOO_MUCH_HEAD)
    add("100 fields", get("/livez", *[f"X-{n}: b" for n in range(99)]), OK)
    add("101 fields", get("/livez", *[f"X-{n}: b" for n in range(100)]), TOO_MUCH_HEAD)
    add("1,001 fields", get("/livez", *[f"X-{n}: b" for n in range(1_000)]), TOO_MUCH_HEAD)
    add("1,001 times the same field", get("/livez", *["X-A: b"] * 1_000), TOO_MUCH_HEAD)
    add("a field without an end", b"GET /livez HTTP/1.1\r\nHost: a\r\nX-A: " + b"a" * 3_000_000, TOO_MUCH_HEAD)
    add("a line of the request without an end", b"GET /" + b"a" * 3_000_000, TOO_MUCH_HEAD)


def framing(table: Table) -> None:
    table.group = "framing"
    add, post = table.add, table.post
    chunked = "Transfer-Encoding: chunked"
    small = b"2\r\n{}\r\n0\r\n\r\n"
    hidden = get("/livez")
    add("Content-Length", post("Content-Length: 2", body=b"{}"), READ)
    add("chunked", post(chunked, body=small), READ)
    add("CHUNKED", post("Transfer-Encoding: CHUNKED", body=small), READ)
    add("neither, hence no body", post(), one(400, "malformed-request", AS_SAID))
    add("Content-Length and chunked", post("Content-Length: 2", chunked, body=small), MALFORMED)
    add("chunked and Content-Length, a request hidden behind",
        post(chunked, "Content-Length: 5", body=b"0\r\n\r\n" + hidden), MALFORMED)
    add("Content-Length that hides a request from chunked",
        post("Content-Length: 4", chunked, body=b"5c\r\n" + hidden), MALFORMED)
    for value in ("chunked, chunked", "chunked, identity", "identity, chunked", "identity", "xchunked", "chunked;a=b",
                  "gzip", '"chunked"', "chunked, ", "chun ked", "\x0bchunked", "chunked\x00", "[chunked]"):
        choices = [MALFORMED, one(501, ANY_PROBLEM, CLOSED)]
        # An empty element of a list says nothing (RFC 9110, 5.6.1.2).
        if value == "chunked, ":
            choices.append(READ)
        add(f"Transfer-Encoding: {value!r}", post(f"Transfer-Encoding: {value}", body=small), *choices)
    add("Transfer-Encoding: gzip, chunked", post("Transfer-Encoding: gzip, chunked", body=small), MALFORMED,
        one(501, ANY_PROBLEM, CLOSED), one(415, ANY_PROBLEM, CLOSED))
    add("an empty Transfer-Encoding", post("Transfer-Encoding:", "Content-Length: 2", body=b"{}"), MALFORMED)
    add("Transfer-Encoding twice", post(chunked, chunked, body=small), MALFORMED)
    add("Transfer-Encoding, chunked then identity", post(chunked, "Transfer-Encoding: identity", body=small), MALFORMED)
    add("Transfer-Encoding, a space before the colon", post("Transfer-Encoding : chunked", body=small), MALFORMED)
    add("Transfer-Encoding, folded", post("Transfer-Encoding:\r\n chunked", body=small), MALFORMED, READ)
    add("Transfer_Encoding is another field", post("Transfer_Encoding: chunked", "Content-Length: 2", body=b"{}"), READ)
    add("chunked in HTTP/1.0", post(chunked, body=small, version="1.0"), MALFORMED, READ_THEN_CLOSED)
    same = post("Content-Length: 2", "Content-Length: 2", body=b"{}")
    add("Content-Length twice, equal", same, MALFORMED, READ)
    add("Content-Length twice, different", post("Content-Length: 2", "Content-Length: 3", body=b"{} "), MALFORMED)
    add("Content-Length: 2, 2", post("Content-Length: 2, 2", body=b"{}"), MALFORMED, READ)
    for value in ("2, 3", "+2", "-1", "2 2", "18446744073709551616", "18446744073709551618", "9" * 400, "", "0x2", "2.0",
                  "2e0", "two", "\x002", "2\x00", "2;", '"2"', "²"):
        add(f"Content-Length: {value[:24]}", post(f"Content-Length: {value}", body=b"{}"), MALFORMED)
    add("Content-Length: 002", post("Content-Length: 002", body=b"{}"), READ)
    add("Content-Length with white space around", post("Content-Length: \t 2 \t", body=b"{}"), READ, MALFORMED)
    add("Content-Length of a GET that has no body", get("/livez", "Content-Length: 0"), OK)
    add("a body that looks like a request", post(f"Content-Length: {len(hidden)}", body=hidden),
        one(400, "malformed-request", AS_SAID))


def chunks(table: Table) -> None:
    table.group = "chunks"

    def add(name: str, body: bytes, *outcomes: Outcome, **more: object) -> None:
        table.add(name, table.post("Transfer-Encoding: chunked", body=body), *outcomes, **more)

    end = b"0\r\n\r\n"
    for size in (b"FFFFFFFFFFFFFFFFF", b"10000000000000002", b"-2", b"+2", b"0x2", b"", b"g", b" 2", b"2\x00", b"2,2",
                 b"2 2", b"\x80"):
        add(f"the size {size.decode('latin-1')!r}", size + b"\r\n{}\r\n" + end, MALFORMED)
    add("a size of 2^63 - 1", b"7FFFFFFFFFFFFFFF\r\n{}\r\n" + end, MALFORMED, TOO_LARGE, finishes=True)
    add("a size of 2^64 - 1", b"FFFFFFFFFFFFFFFF\r\n{}\r\n" + end, MALFORMED, TOO_LARGE, finishes=True)
    add("a size with leading zeros", b"0002\r\n{}\r\n" + end, READ)
    add("a size in capital letters", b"A\r\n{        }\r\n" + end, READ)
    add("a size of 4,000 digits", b"0" * 4_000 + b"2\r\n{}\r\n" + end, MALFORMED, READ)
    add("a space after the size", b"2 \r\n{}\r\n" + end, MALFORMED, READ)
    add("an extension", b"2;a=b\r\n{}\r\n" + end, READ)
    add("a quoted extension", b'2;a="b;c"\r\n{}\r\n' + end, READ)
    add("an extension of 64 KiB", b"2;a=" + b"b" * 65_536 + b"\r\n{}\r\n" + end, READ, MALFORMED, TOO_MUCH_HEAD, TOO_LARGE)
    add("extensions without end", (b"1;" + b"a" * 1_000 + b"\r\n \r\n") * 2_000 + end, MALFORMED, TOO_MUCH_HEAD, TOO_LARGE,
        # They may be read and thrown away, as what they carry is small.
        one(400, "malformed-request", AS_SAID))
    add("an extension with a line feed", b"2;a\nb\r\n{}\r\n" + end, MALFORMED)
    add("no end of line after the data", b"2\r\n{}" + end, MALFORMED)
    add("more data than the size", b"2\r\n{}  \r\n" + end, MALFORMED)
    add("a line feed alone after the size", b"2\n{}\r\n" + end, MALFORMED)
    add("a line feed alone after the data", b"2\r\n{}\n" + end, MALFORMED)
    add("a carriage return alone after the size", b"2\r{}\r\n" + end, MALFORMED)
    add("trailers", b"2\r\n{}\r\n0\r\nX-T: a\r\nX-U: b\r\n\r\n", READ)
    add("a trailer that would frame", b"2\r\n{}\r\n0\r\nContent-Length: 50\r\n\r\n", READ, MALFORMED)
    add("a trailer that would authenticate", b"2\r\n{}\r\n0\r\nAuthorization: Bearer no\r\n\r\n", READ, MALFORMED)
    add("a trailer without a colon", b"2\r\n{}\r\n0\r\nX-T\r\n\r\n", MALFORMED)
    add("a trailer with a space before the colon", b"2\r\n{}\r\n0\r\nX-T : a\r\n\r\n", MALFORMED)
    add("1,001 trailers", b"2\r\n{}\r\n0\r\n" + b"X-T: a\r\n" * 1_001 + b"\r\n", MALFORMED, TOO_MUCH_HEAD)
    add("a trailer of 64 KiB", b"2\r\n{}\r\n0\r\nX-T: " + b"a" * 65_536 + b"\r\n\r\n", MALFORMED, TOO_MUCH_HEAD)
    add("one byte in each chunk", b"1\r\n{\r\n1\r\n}\r\n" + end, READ)
    add("no chunk but the last", end, one(400, "malformed-request", AS_SAID))
    add("the last chunk is missing", b"2\r\n{}\r\n", MALFORMED, NOTHING, finishes=True)
    add("the end of the last chunk is missing", b"2\r\n{}\r\n0\r\n", MALFORMED, NOTHING, finishes=True)


def bodies(table: Table) -> None:
    table.group = "body"
    add, post = table.add, table.post
    mebibyte = 1 << 20
    add("shorter than said, then the end", post("Content-Length: 50", body=b"{}"), MALFORMED, NOTHING, finishes=True)
    add("longer than said", post("Content-Length: 2", body=b"{}garbage\r\n\r\n"),
        Outcome(((422, "validation-failed"), (400, "malformed-request")), CLOSED))
    add("longer than said by a whole request", post("Content-Length: 2", body=b"{}" + get("/livez")),
        Outcome(((422, "validation-failed"), (200, None)), OPEN))
    add("an empty line after", post("Content-Length: 2", body=b"{}\r\n"), READ)
    add("a GET with a body", request("GET /livez HTTP/1.1", "Content-Length: 5", body=b"hello"), one(200, state=AS_SAID),
        one(400, "malformed-request", CLOSED), one(413, "content-too-large", CLOSED))
    add("a GET with a chunked body", request("GET /livez HTTP/1.1", "Transfer-Encoding: chunked", body=b"5\r\nhello\r\n0\r\n\r\n"),
        one(200, state=AS_SAID), one(400, "malformed-request", CLOSED), one(413, "content-too-large", CLOSED))
    add("a GET with a body of 1 GB", request("GET /livez HTTP/1.1", "Content-Length: 1000000000"), one(200, state=CLOSED),
        TOO_LARGE, within=0.5)
    add("OPTIONS with a body", request("OPTIONS /v1/me HTTP/1.1", "Content-Length: 2", body=b"{}"), one(204, state=AS_SAID))
    add("1 MiB", post(f"Content-Length: {mebibyte}", body=b"{}".ljust(mebibyte)), READ)
    add("1 MiB and a byte", post(f"Content-Length: {mebibyte + 1}", body=b"{}".ljust(mebibyte + 1)), TOO_LARGE)
    add("1 MiB and a byte, chunked",
        post("Transfer-Encoding: chunked", body=b"100001\r\n" + b"{}".ljust(mebibyte + 1) + b"\r\n0\r\n\r\n"), TOO_LARGE)
    add("1 GB is said", post("Content-Length: 1000000000"), TOO_LARGE, within=0.1, limits_growth=True)
    add("1 GB is said and begins to come", post("Content-Length: 1000000000", body=b" " * (8 * mebibyte)), TOO_LARGE,
        within=0.5, limits_growth=True)
    add("1 GB is said, without a token", post("Content-Length: 1000000000", token=False), TOO_LARGE,
        one(401, "authentication-required", CLOSED), within=0.5, limits_growth=True)
    add("1 GB is said, at no address", request("POST /nothing HTTP/1.1", "Content-Length: 1000000000"), TOO_LARGE,
        one(404, "not-found", CLOSED), within=0.5, limits_growth=True)
    add("2^63 - 1 bytes are said", post("Content-Length: 9223372036854775807"), TOO_LARGE, within=0.5, limits_growth=True)
    endless = b"10000\r\n" + b" " * 65_536 + b"\r\n"
    add("endless chunks", post("Transfer-Encoding: chunked", body=endless * 1_000), TOO_LARGE, limits_growth=True)
    add("endless chunks of a byte", post("Transfer-Encoding: chunked", body=b"1\r\n \r\n" * 1_200_000), TOO_LARGE, within=20)
    plan = 20 * mebibyte
    add("a plan of 20 MiB and a byte is said", table.put_plan(f"Content-Length: {plan + 1}"), TOO_LARGE, within=0.5,
        limits_growth=True)
    add("a plan of 20 MiB and a byte, chunked",
        table.put_plan("Transfer-Encoding: chunked", body=endless * 320 + b"1\r\n \r\n0\r\n\r\n"), TOO_LARGE, within=20)
    add("a plan of 2 MiB", table.put_plan(f"Content-Length: {2 * mebibyte}", body=b"{}".ljust(2 * mebibyte)), READ)


def expectations(table: Table) -> None:
    """Those where the client waits for 100 are in `wire_scenes`; here all is sent at once, or nothing follows."""
    table.group = "Expect"
    add, post = table.add, table.post
    wants = "Expect: 100-continue"
    # A server may refuse what it does not know how to expect, or leave it aside (RFC 9110, 10.1.1); this one does the latter.
    add("100-continue, the body at once", post(wants, "Content-Length: 2", body=b"{}"), READ)
    add("100-Continue, in other letters", post("Expect: 100-Continue", "Content-Length: 2", body=b"{}"), READ)
    add("100-continue in HTTP/1.0 is not for the server", post(wants, "Content-Length: 2", body=b"{}", version="1.0"),
        READ_THEN_CLOSED)
    add("100-continue of a GET", get("/livez", wants), OK)
    add("100-continue, no body", post(wants, "Content-Length: 0"), one(400, "malformed-request", AS_SAID))
    add("an unknown expectation", post("Expect: the-best", "Content-Length: 2", body=b"{}"), READ)
    add("an unknown expectation of a GET", get("/livez", "Expect: the-best"), OK)
    add("100-continue and another", post("Expect: 100-continue, the-best", "Content-Length: 2", body=b"{}"), READ)


def media_types(table: Table) -> None:
    table.group = "media type"
    good = one(422, "validation-failed")
    bad = one(415, "unsupported-media-type", AS_SAID)

    def add(name: str, *content: str, body: bytes = b"{}", outcomes: tuple[Outcome, ...]) -> None:
        data = request("POST /v1/roadmaps?dry_run=true HTTP/1.1", table.bearer, *content, f"Content-Length: {len(body)}",
                       body=body)
        table.add(name, data, *outcomes)

    add("none", outcomes=(bad,))
    for value in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a", "application/yaml",
                  "application/jsonx", "json", "", "*/*", "application/*", "application/json; charset=latin1",
                  "application/json; charset=utf-16", "application/json, text/plain", "text/json"):
        add(f"{value!r}", f"Content-Type: {value}", outcomes=(bad,))
    for value in ("application/json", "APPLICATION/JSON", "application/json; charset=utf-8", "application/json;charset=UTF-8",
                  'application/json; charset="utf-8"', "application/json ; charset=utf-8", "application/json;"):
        add(value, f"Content-Type: {value}", outcomes=(good,))
    add("twice", "Content-Type: application/json", "Content-Type: text/plain",
        outcomes=(bad, one(400, "malformed-request", AS_SAID)))
    add("gzip", "Content-Type: application/json", "Content-Encoding: gzip", body=b"\x1f\x8b\x08\x00",
        outcomes=(bad, one(400, "malformed-request", AS_SAID)))
    add("no text at all", "Content-Type: application/json", body=b"\xff\xfe\x00", outcomes=(one(400, "malformed-request"),))


def heads(table: Table) -> None:
    table.group = "HEAD"
    for path, status in (("/", 200), ("/docs", 200), ("/livez", 200), ("/readyz", 200), ("/openapi.yaml", 200),
                         ("/openapi.json", 200), ("/.well-known/security.txt", 200), ("/problems/not-found", 200),
                         ("/v1/vocabularies", 200), ("/v1/figures?year=2022", 200), ("/v1/ministries", 200),
                         ("/v1/practices", 200), ("/v1/roadmaps", 200), ("/v1/roadmaps/TE-2022", 200),
                         ("/v1/roadmaps/TE-2022/plan", 200), ("/v1/actions?limit=200", 200), ("/v1/censuses/2022", 200),
                         ("/v1/roadmaps/TE-2022/history", 200), ("/nothing", 404), ("/v1/roadmaps/TE-2022?x=1", 400),
                         ("/v1/tokens", 403)):
        data = request(f"HEAD {path} HTTP/1.1", table.bearer) + get(path, table.bearer)
        answers = ((status, None), (status, None if status == 200 else ANY_PROBLEM))
        table.add(path, data, Outcome(answers, OPEN), heads=frozenset({0}), check=_same_length)
    table.add("/v1/me without a token", request("HEAD /v1/me HTTP/1.1") + get("/v1/me"),
              Outcome(((401, None), (401, "authentication-required")), OPEN), heads=frozenset({0}), check=_same_length)
    table.add("three in a row", request("HEAD /docs HTTP/1.1") * 3, Outcome(((200, None),) * 3, OPEN),
              heads=frozenset({0, 1, 2}))
    table.add("HTTP/1.0", request("HEAD /docs HTTP/1.0"), one(200, state=CLOSED), heads=frozenset({0}))
    table.add("not changed since", request("HEAD /docs HTTP/1.1", "If-None-Match: *"), one(304), heads=frozenset({0}))


def _same_length(answers: list[Answer]) -> str | None:
    """Both tell the length, or neither: a document sent in chunks has none to tell."""
    said, body = answers[0].value("content-length"), answers[1].body
    if answers[1].value("transfer-encoding") == "chunked" and said is None:
        return None
    return None if said == str(len(body)) else f"HEAD says {said} bytes and GET has {len(body)}"


def connections(table: Table) -> None:
    table.group = "connection"
    add, post = table.add, table.post
    livez = get("/livez")
    add("Connection: close", get("/livez", "Connection: close"), one(200, state=CLOSED))
    add("Connection: Close", get("/livez", "Connection: Close"), one(200, state=CLOSED))
    add("Connection: x, close", get("/livez", "Connection: x, close"), one(200, state=CLOSED))
    add("Connection: keep-alive", get("/livez", "Connection: keep-alive"), OK)
    add("Connection: keep-alive, close", get("/livez", "Connection: keep-alive, close"), one(200, state=CLOSED))
    add("close, then another request", get("/livez", "Connection: close") + livez, one(200, state=CLOSED))
    add("a refusal keeps it open", get("/nothing"), NOT_FOUND)
    add("Connection: close and a refusal", get("/nothing", "Connection: close"), one(404, "not-found", CLOSED))
    add("an upgrade to h2c", get("/livez", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk"),
        one(200, state=AS_SAID))
    add("an upgrade to a web socket", get("/livez", "Connection: Upgrade", "Upgrade: websocket",
        "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="), one(200, state=AS_SAID))
    add("a client that has finished sending", livez, one(200, state=CLOSED), finishes=True)
    add("the same, by a POST", post("Content-Length: 2", body=b"{}"), READ_THEN_CLOSED, finishes=True)
    add("the same, three requests", livez * 3, Outcome(((200, None),) * 3, CLOSED), finishes=True)
    add("the same, a big answer", get("/openapi.json"), one(200, state=CLOSED), finishes=True)

    table.group = "pipelining"
    add("2 requests", livez * 2, Outcome(((200, None),) * 2, OPEN))
    lists = [get(f"/v1/actions?fields=id&limit={limit}", table.bearer) for limit in range(1, 101)]
    add("100 requests, in their order", b"".join(lists), Outcome(((200, None),) * 100, OPEN), within=20, check=_in_order)
    add("a refusal in the middle", livez + get("/nothing") + livez,
        Outcome(((200, None), (404, "not-found"), (200, None)), OPEN))
    add("nonsense in the middle", livez + b"nonsense\r\n\r\n" + livez,
        Outcome(((200, None), (400, "malformed-request")), CLOSED))
    add("a slow one, then nonsense", lists[99] + b"\x00\x01\x02\r\n\r\n",
        Outcome(((200, None), (400, "malformed-request")), CLOSED))
    add("a POST, then a GET", post("Content-Length: 2", body=b"{}") + livez,
        Outcome(((422, "validation-failed"), (200, None)), OPEN))
    add("a chunked POST, then a GET", post("Transfer-Encoding: chunked", body=b"2\r\n{}\r\n0\r\n\r\n") + livez,
        Outcome(((422, "validation-failed"), (200, None)), OPEN))
    add("GET, HEAD, GET", livez + request("HEAD /docs HTTP/1.1") + livez, Outcome(((200, None),) * 3, OPEN),
        heads=frozenset({1}))
    add("a POST too large, then a GET", post("Content-Length: 1000000000") + livez, TOO_LARGE)
    add("a GET, then a POST too large", livez + post("Content-Length: 1000000000"),
        Outcome(((200, None), (413, "content-too-large")), CLOSED))
    add("1,000 requests", livez * 1_000, Outcome(((200, None),) * 1_000, OPEN), within=20)


def _in_order(answers: list[Answer]) -> str | None:
    for limit, answer in enumerate(answers, 1):
        if f'"/v1/actions?fields=id&limit={limit}"'.encode() not in answer.body:
            return f"answer {limit} is another's"
    return None


def strangers(table: Table) -> None:
    table.group = "strangers"
    refused = [MALFORMED, NOTHING]
    hello = bytes.fromhex("160301006c0100006803030102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20"
                          "00000e130113021303c02bc02fc02cc030010000310000000e000c0000096c6f63616c686f7374000a000400"
                          "02001d002b0003020304000d0004000204030016000000")
    for name, data in (("TLS", hello), ("SSH", b"SSH-2.0-OpenSSH_9.2\r\n"), ("SMTP", b"EHLO jalon.example\r\n"),
                       ("SOCKS", b"\x05\x01\x00\r\n\r\n"), ("zeros", b"\x00" * 4_096), ("JSON", b'{"jsonrpc": "2.0"}\r\n\r\n'),
                       ("Redis", b"*1\r\n$4\r\nPING\r\n"), ("every byte", bytes(range(256)) * 16),
                       ("a proxy's line", b"PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\n" + get("/livez")),
                       ("an answer", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), ("RTSP", b"DESCRIBE rtsp://a/b RTSP/1.0\r\n\r\n")):
        table.add(name, data, *refused)
    table.add("nothing, then the end", b"", NOTHING, finishes=True)
    table.add("half a request, then the end", b"GET /livez HTTP/1.1\r\nHost: a\r\n", *refused, finishes=True)


def table_of(token: str) -> list[Vector]:
    table = Table(token)
    for part in (request_lines, targets, hosts, fields, framing, chunks, bodies, expectations, media_types, heads,
                 connections, strangers):
        part(table)
    return table.vectors

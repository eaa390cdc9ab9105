"""What an operation takes and answers by its nature, from the little that its piece declares.

The one home of these rules. A piece names what is left: the good answers, and what only this operation does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

OPEN_TO_ALL = "[]"
BY_TOKEN = "[{bearerToken: []}]"
BY_TOKEN_IF_ANY = "[{}, {bearerToken: []}]"
METHODS = ("get", "put", "post", "patch", "delete")


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    permission: str
    has_body: bool = False
    # Whether what it reads or writes has an `ETag`.
    has_validator: bool = True
    # The statuses that its piece declares.
    declared: frozenset[str] = frozenset()
    # The names of the parameters that its piece declares.
    parameters: tuple[str, ...] = ()

    @property
    def reads(self) -> bool:
        return self.method == "get"

    @property
    def posts(self) -> bool:
        return self.method == "post"

    @property
    def replaces(self) -> bool:
        """Whether it changes what is there already."""
        return self.method in ("put", "patch", "delete")

    @property
    def answers_content(self) -> bool:
        return "204" not in self.declared

    @property
    def asks_the_database(self) -> bool:
        return self.permission != "public"

    @property
    def is_limited(self) -> bool:
        """The documentation and the state of the service are outside the limits of rate."""
        return self.path.startswith("/v1/")

    @property
    def security(self) -> str:
        return {"public": OPEN_TO_ALL, "figures": BY_TOKEN_IF_ANY}.get(self.permission, BY_TOKEN)

    def answers(self) -> dict[str, str]:
        """The component of each status that it answers by its nature."""
        return {status: name for status, name, holds in ANSWERS if holds(self)}

    def all_parameters(self) -> list[str]:
        """The names of the parameters that it takes by its nature, around its own."""
        before = [] if self.reads else ["DryRun"]
        after = [name for name, holds in CONDITIONS if holds(self)]
        return [*before, *self.parameters, *after]


def always(_: Operation) -> bool:
    return True


def has_body(operation: Operation) -> bool:
    return operation.has_body


ANSWERS: list[tuple[str, str, Callable[[Operation], bool]]] = [
    ("304", "NotModified", lambda it: it.reads and it.has_validator),
    ("400", "BadRequest", always),
    ("401", "Unauthorized", lambda it: it.permission != "public"),
    ("403", "Forbidden", lambda it: it.permission not in ("public", "figures", "read")),
    ("404", "NotFound", lambda it: "{" in it.path),
    ("406", "NotAcceptable", lambda it: it.answers_content),
    ("408", "RequestTimeout", always),
    # The state of a roadmap, or what exists already, stands in the way.
    ("409", "ConflictOnPost", lambda it: it.posts),
    ("409", "Conflict", lambda it: it.replaces and it.permission == "write-roadmap"),
    ("412", "PreconditionFailed", lambda it: it.has_validator and not it.posts),
    ("413", "ContentTooLarge", has_body),
    ("415", "UnsupportedMediaType", has_body),
    ("422", "UnprocessableOnPost", lambda it: it.has_body and it.posts),
    ("422", "UnprocessableContent", lambda it: it.has_body and not it.posts),
    ("428", "PreconditionRequired", lambda it: it.has_validator and it.replaces),
    ("429", "TooManyRequests", lambda it: it.is_limited),
    ("431", "HeadersTooLarge", always),
    ("500", "InternalError", always),
    ("503", "Unavailable", lambda it: it.asks_the_database),
    ("504", "Timeout", lambda it: it.asks_the_database),
]

CONDITIONS: list[tuple[str, Callable[[Operation], bool]]] = [
    ("IfNoneMatch", lambda it: it.reads and it.has_validator),
    ("IdempotencyKey", lambda it: it.posts),
    ("IfMatch", lambda it: it.has_validator and it.method in ("patch", "delete")),
    ("IfMatchOnPut", lambda it: it.has_validator and it.method == "put"),
    ("IfNoneMatchOnPut", lambda it: it.has_validator and it.method == "put"),
]

# At the level of every path.
ON_EVERY_PATH = ["AcceptLanguage"]


@dataclass
class Answer:
    """A response, and who gives it with which status."""

    media_types: list[str] = field(default_factory=list)
    uses: list[tuple[Operation, str]] = field(default_factory=list)

    def any(self, holds: Callable[[Operation, str], bool]) -> bool:
        return any(holds(operation, status) for operation, status in self.uses)

    def headers(self) -> dict[str, str]:
        """The component of each header field that it bears by its nature."""
        return {name: component for name, component, holds in HEADERS if holds(self)}


def bears_validator(operation: Operation, status: str) -> bool:
    return status in ("304", "412", "428") or (status in ("200", "201") and operation.has_validator)


HEADERS: list[tuple[str, str, Callable[[Answer], bool]]] = [
    ("ETag", "ETag", lambda it: it.any(bears_validator)),
    ("Location", "Location", lambda it: it.any(lambda _, status: status == "201")),
    ("Link", "Link", lambda it: it.any(lambda operation, status: status == "200" and "Cursor" in operation.parameters)),
    ("Content-Disposition", "ContentDisposition", lambda it: "text/csv" in it.media_types),
    ("Idempotency-Replayed", "IdempotencyReplayed", lambda it: it.any(lambda operation, status: operation.posts and status == "201")),
    ("Content-Language", "ContentLanguage", lambda it: bool(it.media_types)),
    ("X-Request-Id", "RequestId", lambda it: True),
    ("RateLimit", "RateLimit", lambda it: it.any(lambda operation, _: operation.is_limited)),
    ("RateLimit-Policy", "RateLimitPolicy", lambda it: it.any(lambda operation, _: operation.is_limited)),
]

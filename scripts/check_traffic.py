"""Sends requests of every operation, and has two libraries that read contracts judge the live answers: openapi-core what was
sent and received, aiopenapi3 as a client that builds the requests and reads the answers itself.

    check_traffic.py URL TOKENS    TOKENS is a folder with a token of each role in a file of its name

The requests are made of the examples of openapi.yaml; a write is a rehearsal. What needs other values stands in OTHERWISE.
"""

import copy
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiopenapi3  # type: ignore[import-untyped]
import httpx2
import requests
import yaml
from aiopenapi3.errors import HTTPClientError, HTTPServerError  # type: ignore[import-untyped]
from openapi_core import Config, OpenAPI
from openapi_core.contrib.requests import RequestsOpenAPIRequest, RequestsOpenAPIResponse
from openapi_core.exceptions import OpenAPIError

Node = dict[str, Any]

CONTRACT = Path("openapi.yaml")
METHODS = {"get", "put", "post", "patch", "delete"}
DRAFT = "TE-2071"
REVISED, VALIDATED = "TE-2069", "TE-2070"
INDICATOR: Node = {
    "code": "AUTRE", "title": "R", "kind": "ratio", "unit": "%", "consolidation": "ratio_of_sums", "numerator": "a", "denominator": "b",
    "direction": "increase", "periodicity": "year", "days_allowed": 90, "first_period": "2022",
}
FACTOR: Node = {
    "code": "PORTABLE-RECONDITIONNE", "title": "R", "functional_unit": "un portable", "kg_co2_eq": {"central": 54.9},
    "method_family": "MINUMECO", "source": "S",
}
ADVICE: Node = {"subject": "plan", "category": "wording", "priority": "mineure", "text": "Récrire."}
IMPACT: Node = {"factor": FACTOR["code"], "quantity": {"central": 10}, "period": "2025", "basis": "estimated"}
# The values that differ from the examples, by operation: what a rehearsal cannot do to the demonstration is done to a draft.
OTHERWISE: dict[str, Node] = {
    "createMinistry": {
        "body": {"code": "ZZ", "kind": "operateur", "names": [{"name": "Un opérateur", "acronym": None, "from": "2022-01-01"}]}
    },
    "compareFigures": {"year": 2022},
    "listComparedActions": {"year": 2022},
    "issueToken": {"body": {"label": "Tableau de bord", "role": "reader"}},
    "renewToken": {"body": {}},
    "createRoadmap": {"body": {"ministry": "TE", "first_year": 2072}},
    "updateRoadmap": {"roadmap": DRAFT},
    "deleteRoadmap": {"roadmap": DRAFT},
    "createAction": {"roadmap": DRAFT, "body": {"code": "A-02", "title": "B", "theme": "achats", "target_level": "reflexion"}},
    "updateAction": {"action": f"{DRAFT}-A-01", "body": {"title": "Autre titre", "due_on": None, "practices": []}},
    "deleteAction": {"action": f"{DRAFT}-A-01"},
    "createIndicator": {"body": INDICATOR},
    "deleteMeasure": {"period": "2024"},
    "applyMeasures": {"body": {"measures": [{"indicator": "REEMPLOI", "ministry": "TE", "period": "2025", "numerator": 1100, "denominator": 3000}]}},
    "getIndicatorFigures": {"period": "2025"},
    **{
        name: {"action": f"{DRAFT}-A-01"}
        for name in ("listImpacts", "createImpact", "getImpact", "updateImpact", "deleteImpact", "listImpactHistory")
    },
    "createRecommendation": {"body": ADVICE},
    "createRecommendations": {"body": {**ADVICE, "roadmaps": ["TE-2022"]}},
    "carryRecommendations": {"roadmap": DRAFT, "body": {}},
    "updateRecommendation": {"body": {"state": "declinee", "answer": "Non."}},
    "deleteRecommendation": {"recommendation": "TE-2022-R02"},
    "openRevision": {"roadmap": VALIDATED, "body": {}},
    **{
        name: {"roadmap": REVISED, "code": "A-01"}
        for name in ("getRevision", "updateRevision", "reviseAction", "takeBackAction", "listRevisionHistory")
    },
    "applyPlan": {"roadmap": DRAFT, "body": {"ministry": "TE", "first_year": 2071, "actions": [{"code": "A-01", "status": "en_cours"}]}},
}


@dataclass
class Operation:
    """What the contract says of an operation, references resolved."""

    id: str
    method: str
    path: str
    node: Node
    parameters: list[Node]

    @property
    def is_anonymous(self) -> bool:
        return bool(self.node["security"] == [])

    @property
    def role(self) -> str:
        roles = {"administer": "admin", "coordinate": "coordinator", "write-roadmap": "referent"}
        return roles.get(self.node["x-permission"], "coordinator")


@dataclass
class Call:
    """A request: the values of its parameters by name, and its body."""

    values: Node
    body: Any = None
    media_type: str | None = None
    expected: set[int] = field(default_factory=set)


class Contract:
    def __init__(self) -> None:
        self.document: Node = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))

    def resolve(self, node: Node) -> Node:
        while "$ref" in node:
            found: Any = self.document
            for step in node["$ref"].removeprefix("#/").split("/"):
                found = found[step.replace("~1", "/").replace("~0", "~")]
            node = found
        return node

    def operations(self) -> Iterator[Operation]:
        for path, item in self.document["paths"].items():
            for method, node in item.items():
                if method in METHODS:
                    declared = [*item.get("parameters", []), *node.get("parameters", [])]
                    yield Operation(node["operationId"], method, path, node, [self.resolve(one) for one in declared])

    def good_call(self, operation: Operation, known: Node) -> Call:
        """What the examples make of it, with the values that are known to be there."""
        other = {**known, **OTHERWISE.get(operation.id, {})}
        values: Node = {}
        for one in operation.parameters:
            name = one["name"]
            if one["in"] == "path" or name in other and one["in"] == "query":
                values[name] = other.get(name, one.get("example"))
            elif name == "If-Match":
                values[name] = "*"
            elif name == "dry_run":
                values[name] = True
            elif one.get("required"):
                values[name] = one["example"]
        expected = {int(status) for status in operation.node["responses"] if status.startswith("2")}
        content = self.resolve(operation.node.get("requestBody", {})).get("content", {})
        if not content:
            return Call(values, expected=expected)
        media_type, media = next(iter(content.items()))
        body = other.get("body", self.resolve(next(iter(media["examples"].values())))["value"])
        return Call(values, body, media_type, expected)


class Judge:
    """openapi-core between a client of requests and the service."""

    def __init__(self, url: str, contract: Contract, tokens: dict[str, str]) -> None:
        self.url = url
        self.tokens = tokens
        self.session = requests.Session()
        # By itself, openapi-core reads JSON under no other name, and no YAML.
        read: Any = {
            "application/problem+json": json.loads, "application/merge-patch+json": json.loads, "application/yaml": yaml.safe_load,
            "image/svg+xml": bytes.decode,
        }
        document = {**contract.document, "servers": [{"url": url}]}
        self.openapi = OpenAPI.from_dict(document, config=Config(extra_media_type_deserializers=read))
        self.statuses: Counter[int] = Counter()

    def send(self, operation: Operation, call: Call, *, anonymous: bool = False, good: bool = True, tag: str = "") -> requests.Response:
        places = {one["name"]: one["in"] for one in operation.parameters}
        path, query = operation.path, {}
        headers = {"If-None-Match": tag} if tag else {}
        for name, value in call.values.items():
            text = ",".join(map(str, value)) if isinstance(value, list) else str(value).lower() if isinstance(value, bool) else str(value)
            if places.get(name) == "path":
                path = path.replace("{" + name + "}", quote(text, safe=""))
            elif places.get(name) == "header":
                headers[name] = text
            else:
                query[name] = text
        if not anonymous and not operation.is_anonymous:
            headers["Authorization"] = f"Bearer {self.tokens[operation.role]}"
        request = requests.Request(operation.method.upper(), self.url + path, headers=headers, params=query, json=call.body)
        prepared = self.session.prepare_request(request)
        if call.media_type:
            prepared.headers["Content-Type"] = call.media_type
        sent = RequestsOpenAPIRequest(prepared)
        response = self.session.send(prepared, timeout=60)
        try:
            if good:
                self.openapi.validate_request(sent)
            self.openapi.validate_response(sent, RequestsOpenAPIResponse(response))
        except OpenAPIError as error:
            faults = getattr(error.__cause__, "schema_errors", [error.__cause__])
            raise AssertionError(
                f"{operation.id}, {response.status_code}: {type(error).__name__}: {[str(one)[:500] for one in faults]}"
            ) from None
        self.statuses[response.status_code] += 1
        return response


class Client:
    """aiopenapi3, which makes functions of the operations."""

    def __init__(self, url: str, contract: Contract, tokens: dict[str, str]) -> None:
        def session(*_: Any, **arguments: Any) -> httpx2.Client:
            return httpx2.Client(timeout=60, **arguments)

        self.apis = {}
        for role, token in tokens.items():
            api = aiopenapi3.OpenAPI(f"{url}/openapi.json", copy.deepcopy(contract.document), session_factory=session)
            api.authenticate(bearerToken=token)
            self.apis[role] = api
        self.count = 0

    def send(self, operation: Operation, call: Call) -> Any:
        request = self.apis[operation.role].createRequest((operation.path, operation.method))
        self.count += 1
        return request.request(parameters=dict(call.values), data=call.body)


def prepare(judge: Judge, contract: Contract) -> Node:
    """What is rehearsed upon, each made by its own operation: a draft with an action and its impact, a validated plan and one that is being
    revised, two recommendations, an indicator with two draft measures, frozen figures and a token to revoke."""
    by_id = {operation.id: operation for operation in contract.operations()}

    def make(name: str, body: Node, **values: str) -> Node:
        response = judge.send(by_id[name], Call(values, body, "application/json"))
        expect(response.status_code == 201, f"{name}: {response.status_code} {response.text[:300]}")
        made: Node = response.json()
        return made

    # The examples tell of days of 2022.
    beginning = {"effective_on": "2022-01-01"}
    make("createRoadmap", {"ministry": "TE", "first_year": 2071, **beginning})
    action = {"code": "A-01", "title": "A", "theme": "achats", "target_level": "reflexion", **beginning}
    make("createAction", action, roadmap=DRAFT)
    # Only coordinators validate.
    apply = by_id["applyPlan"]
    validating = replace(apply, node={**apply.node, "x-permission": "coordinate"})
    for roadmap in (REVISED, VALIDATED):
        line = {name: value for name, value in action.items() if name not in beginning}
        plan = {"ministry": "TE", "first_year": int(roadmap[-4:]), "state": "validee", "actions": [line]}
        applied = judge.send(validating, Call({"roadmap": roadmap}, plan, "application/json"))
        expect(applied.status_code == 201, f"{roadmap}: {applied.status_code} {applied.text[:300]}")
    make("openRevision", {}, roadmap=REVISED)
    title = Call({"roadmap": REVISED, "code": "A-01", "If-Match": "*"}, {"title": "B"}, "application/json")
    revised = judge.send(by_id["reviseAction"], title)
    expect(revised.status_code == 200, f"reviseAction: {revised.status_code} {revised.text[:300]}")
    make("createImpactFactor", FACTOR)
    make("createImpact", IMPACT, action=f"{DRAFT}-A-01")
    make("createRecommendation", {**ADVICE, "state": "emise"}, roadmap="TE-2022")
    make("createRecommendation", ADVICE, roadmap="TE-2022")
    make("createIndicator", {**INDICATOR, "code": "REEMPLOI"})
    for period in ("2024", "2025"):
        make("putMeasure", {"numerator": 1100, "denominator": 3000}, indicator="REEMPLOI", ministry="TE", period=period)
    snapshot = make("createSnapshot", {"year": 2022, "title": "Pour le contrat"})
    token = make("issueToken", {"label": "Pour le contrat", "role": "reader"})
    OTHERWISE["revokeMyToken"] = {"token": make("renewToken", {})["id"]}
    return {"snapshot": snapshot["id"], "token": token["id"]}


def expect(condition: bool, what: str) -> None:
    if not condition:
        raise AssertionError(what)


def judge_all(judge: Judge, contract: Contract, known: Node) -> None:
    """Good answers, unchanged ones, and refusals, of every operation."""
    for operation in contract.operations():
        call = contract.good_call(operation, known)
        answer = judge.send(operation, call)
        expect(answer.status_code in call.expected, f"{operation.id}: {answer.status_code} {answer.text[:500]}; see OTHERWISE")
        if operation.method == "get" and "ETag" in answer.headers and "304" in operation.node["responses"]:
            same = judge.send(operation, call, tag=answer.headers["ETag"])
            # What is left of a quota, and what happened since, is another answer.
            expect(same.status_code in (200, 304), f"{operation.id}: {same.status_code} for what was read")
        unknown = Call({**call.values, "limite": 1}, call.body, call.media_type)
        expect(judge.send(operation, unknown, good=False).status_code == 400, f"{operation.id} takes an unknown parameter")
        if not operation.is_anonymous and {} not in operation.node["security"]:
            nobody = judge.send(operation, call, anonymous=True, good=False)
            expect(nobody.status_code == 401, f"{operation.id}: {nobody.status_code} for nobody")


def read_all(client: Client, contract: Contract, known: Node) -> None:
    for operation in contract.operations():
        call = contract.good_call(operation, known)
        try:
            client.send(operation, call)
        except (HTTPClientError, HTTPServerError) as error:
            raise AssertionError(f"{operation.id}: {error}") from error
        if any(one["name"] == "cursor" for one in operation.parameters):
            try:
                client.send(operation, Call({**call.values, "cursor": "AAAA"}))
                raise AssertionError(f"{operation.id} takes a cursor that no answer gave")
            except HTTPClientError as error:
                # It makes objects of application/json alone.
                problem = json.loads(error.data)
                expect(error.status_code == problem["status"] == 400, f"{operation.id}: {error}")
                expect(problem["type"] == "/problems/invalid-cursor", f"{operation.id}: {error}")


def main() -> int:
    url, folder = sys.argv[1], Path(sys.argv[2])
    tokens = {role: (folder / role).read_text().strip() for role in ("admin", "coordinator", "referent")}
    contract = Contract()
    judge = Judge(url, contract, tokens)
    known = prepare(judge, contract)
    judge_all(judge, contract, known)
    statuses = ", ".join(f"{count} x {status}" for status, count in sorted(judge.statuses.items()))
    print(f"openapi-core: {judge.statuses.total()} answers judged ({statuses})")
    client = Client(url, contract, tokens)
    read_all(client, contract, known)
    print(f"aiopenapi3: {client.count} requests")
    return 0


if __name__ == "__main__":
    sys.exit(main())

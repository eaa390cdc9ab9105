"""What Schemathesis needs to know of Jalon, and one more check: a request that follows the contract is refused only for
a rule that no schema can say, and the refusal says which."""

from __future__ import annotations

import datetime
import os
import re
import zlib
from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis.checks import CHECKS, CheckContext
from schemathesis.core.failures import Failure
from schemathesis.core.transport import Response
from schemathesis.generation.case import Case
from schemathesis.hooks import HookContext
from schemathesis.openapi.checks import UseAfterFree
from schemathesis.specs.openapi.checks import use_after_free as of_the_tool

# The codes of the faults that no schema can say: a reference to what does not exist, a date that is to come, members
# that do not go together, a code given twice in a list of objects, a period that is taken.
RULES = {"unknown-reference", "in-the-future", "inconsistent", "duplicate", "overlap", "required", "not-a-draft"}


# The members of a plan's action that are words of a vocabulary.
LABELLED = re.compile(r"/actions/[0-9]+/(theme|target_level|reached_level|status)")


def dates() -> st.SearchStrategy[str]:
    """Mostly days that a plan would name; now and then the ends of the calendar that Jalon knows."""
    usual = st.dates(datetime.date(2015, 1, 1), datetime.date(2026, 1, 1))
    every = st.dates(datetime.date(1900, 1, 1), datetime.date(2199, 12, 31))
    return st.one_of(usual, usual, usual, every).map(datetime.date.isoformat)


schemathesis.openapi.format("date", dates())


class RefusedWithoutRule(Failure):
    """A valid request was refused for something that the contract could have said."""


@schemathesis.check
def refusal_says_a_rule(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:
    if response.status_code not in (400, 422) or case.meta is None or not case.meta.generation.mode.is_positive:
        return None
    problem = response.json()
    faults = problem.get("errors", [])
    # What makes a text a table of actions is said in words.
    if problem["type"] == "/problems/invalid-cursor" or case.media_type == "text/csv":
        return None
    wrong = [fault for fault in faults if not is_rule(fault, case)]
    if faults and not wrong:
        return None
    raise RefusedWithoutRule(
        operation=case.operation.label,
        title="Valid request refused for something that the contract could say",
        message=f"{problem['detail']} {wrong}",
    )


CHECKS.unregister("use_after_free")


@schemathesis.check
def use_after_free(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:
    """The check of that name, and what it cannot know: what is deleted is gone today, but its past is there to be asked for,
    its history has the deletion among its lines, and a plan may bring back what it names."""
    try:
        return of_the_tool(ctx, response, case)
    except UseAfterFree as failure:
        if {"as_of", "known_at"} & set(case.query or {}) or comes_back(ctx, failure.deleted_case_id):
            return None
        if case.operation.path.endswith("/history") and tells_of_deletion(response, case):
            return None
        raise


def comes_back(ctx: CheckContext, deletion: str | None) -> bool:
    """Whether something was created since that deletion, in the order in which the chain was sent."""
    cases = [*ctx.internals.find_all_cases()]
    first = next((index for index, one in enumerate(cases) if one.id == deletion), len(cases))
    told = [ctx.internals.find_response(case_id=one.id) for one in cases[first:] if one.operation.label in CREATIONS]
    return any(response is not None and response.status_code < 300 for response in told)


def tells_of_deletion(response: Response, case: Case[Any]) -> bool:
    if response.status_code == 304 or "cursor" in (case.query or {}):
        return True
    return any(line["kind"] == "deleted" for line in response.json()["data"])


# What creates a roadmap or an action at another address than its own, or revises anew what was taken back.
CREATIONS = {
    "PUT /v1/roadmaps/{roadmap}/plan", "POST /v1/roadmaps/{roadmap}/actions", "POST /v1/roadmaps",
    "PATCH /v1/roadmaps/{roadmap}/revision/actions/{code}",
}
PERIODS = ("from", "to", "as_of", "known_at", "from_known_at", "to_known_at")


def is_rule(fault: dict[str, str], case: Case[Any]) -> bool:
    code, pointer = fault["code"], fault.get("pointer", "")
    return (
        code in RULES
        # A ministry, a practice or a theme of the guide that is well formed and that nobody knows.
        or code == "invalid-value" and fault.get("parameter") in ("ministry", "practice", "guide_theme", "cursor")
        # A plan takes labels besides codes, in any case and with or without accents.
        or code == "invalid-value" and LABELLED.fullmatch(pointer) is not None
        # The last year depends on the first, and a token's last day on today.
        or code == "out-of-range" and (pointer in ("/last_year", "/expires_on") or fault.get("parameter") == "last_year")
        # Words are counted, one at least, ten at most, and have a letter or a digit each.
        or code in ("out-of-range", "invalid-value") and fault.get("parameter") == "q"
        # Two days of a period are in order, and an instant is of the calendar and of the time zones that Jalon knows.
        or code in ("out-of-range", "invalid-value") and fault.get("parameter") in PERIODS
        # How many points a step makes depends on the days asked for.
        or code == "too-many" and fault.get("parameter") == "step"
        # A line each takes more changes at once than a page does.
        or code == "out-of-range" and fault.get("parameter") == "limit" and case.operation.label == "GET /v1/changes"
        # What takes effect before 2000, or before what is recorded already.
        or code == "out-of-range" and (pointer == "/effective_on" or fault.get("parameter") == "effective_on")
        # The patterns of the contract name characters of the basic plane only, as not every reader of them knows more.
        or code == "forbidden-character" and re.search(r"U\+[0-9A-F]{5,6}", fault.get("detail", "")) is not None
        # The indicator says of which periods it is, and which numbers answer it; a number has six decimals at most.
        or fault.get("parameter") in ("period", "from", "to") and "/indicators/" in case.operation.path
        or pointer in ("/value", "/answer", "/numerator", "/denominator", "/minimum", "/maximum", "/from_period")
        or re.fullmatch(r"/targets/[0-9]+/(value|base_value)|/numbers/[0-9]+/value", pointer) is not None
        or re.fullmatch(r"/measures/[0-9]+/(value|answer|numerator|denominator|period)", pointer) is not None
        # So have the numbers of factors and impacts, whose bounds are in order, both or neither; a factor has one indicator at least.
        or re.fullmatch(r"/(kg_co2_eq|kg_sb_eq|quantity)(/(low|central|high))?|/lifetime_years", pointer) is not None
        # A round has the year of its census in its code, and what was published was so by today.
        or re.fullmatch(r"/rounds/[0-9]+/code", pointer) is not None
        or code == "out-of-range" and pointer == "/published_on"
        # Recommendations name plans or find them, and read a plan that was there; their states follow one another, and so do their days.
        or pointer in ("/roadmaps", "/filter", "/plan_version", "/read_at", "/met_by")
        or code in ("required", "inconsistent") and pointer in ("/subject", "/answer", "/outcome", "/reason")
        # For JSON Schema 2022.0 is a whole number; Jalon wants it written as one.
        or code == "wrong-type" and isinstance(value_at(case.body, pointer), float)
    )


def value_at(document: object, pointer: str) -> object:
    for step in pointer.split("/")[1:]:
        if isinstance(document, dict):
            document = document.get(step.replace("~1", "/").replace("~0", "~"))
        elif isinstance(document, list):
            document = document[int(step)]
    return document


WORDS = {
    "theme": ["achats", "Fin d’usage", "phase_usage"],
    "target_level": ["reflexion", "Réalisation"],
    "reached_level": ["experimentation", "Réflexion"],
    "status": ["a_faire", "En cours"],
}
MINISTRIES = ["AGR", "ARM", "CUL", "EAE", "EF", "EN", "INT", "JUS", "SOC", "TE"]
LONG_WAITS = {str(seconds) for seconds in range(3, 61)}
TABLES = [
    "code,title,theme,target_level\r\nA,Un,achats,reflexion\r\nB,Deux,Fin d’usage,Réalisation\r\n",
    "\ufeffCode;Intitulé;Thématique;Niveau cible;Statut;Échéance\nA;\"Un;\n1\";Achats;Réflexion;En cours;31/12/2022\n",
    "code,title,key_action,practices,lead\nA,,oui,e.1 e.2,\nACH-01,,,,\n",
    "code,status,status_reason\nA,abandonnee,'=1\n",
]
PRACTICES = ["e.1", "e.2", "g.2", "i.2"]


@schemathesis.hook
def before_call(context: HookContext, case: Case[Any], kwargs: dict[str, object]) -> None:
    tokens = os.environ.get("FUZZ_TOKEN_IDS", "").split()
    revokes = case.operation.label in ("DELETE /v1/tokens/{token}", "DELETE /v1/me/tokens/{token}")
    if revokes and (case.path_parameters.get("token") in tokens or "all" in case.query):
        # The rest of the run, as any role, would only meet 401: that revocation is a rehearsal.
        case.query["dry_run"] = "true"
    elif case.method == "DELETE" and case.meta is not None and case.meta.phase.name == "stateful":
        # What a chain has deleted has to be gone in its next steps: the other phases have the rehearsals.
        case.query.pop("dry_run", None)
    if case.query and str(case.query.get("wait")) in LONG_WAITS:
        # Where there is nothing new, a reader who waits for a minute would leave the other requests no time.
        case.query["wait"] = 2
    # Three valid requests of four are about what is there, or hardly any would get beyond references and preconditions.
    if case.meta is None or not case.meta.generation.mode.is_positive or not zlib.crc32(case.id.encode()) % 4:
        return
    address_what_is_there(case)
    if case.headers and "If-Match" in case.headers:
        case.headers["If-Match"] = "*"
        case.headers.pop("If-None-Match", None)
    if case.media_type == "text/csv":
        case.body = TABLES[zlib.crc32(case.id.encode()) % len(TABLES)]
    if isinstance(case.body, dict):
        name_what_is_there(case.operation.label, case.path_parameters, case.body)


# The ids that answers have told, by the path parameter that takes them. What a link gives is among them, and stays.
SEEN: dict[str, dict[str, None]] = {
    "roadmap": dict.fromkeys(f"{code}-2022" for code in MINISTRIES),
    "action": {},
    "snapshot": {},
    "code": dict.fromkeys(MINISTRIES),
    "year": {"2022": None},
}
FORMS = {
    "roadmap": re.compile(r"[A-Z][A-Z0-9]{0,7}-20[0-9]{2}"),
    "action": re.compile(r"[A-Z][A-Z0-9]{0,7}-20[0-9]{2}-.+"),
    "snapshot": re.compile(r"20[0-9]{2}-[0-9]{1,3}"),
}


@schemathesis.hook
def after_call(context: HookContext, case: Case[Any], response: Response) -> None:
    if response.status_code not in (200, 201) or not case.operation.path.startswith("/v1/"):
        return
    try:
        document = response.json()
    except ValueError:
        return
    items = document.get("data", document) if isinstance(document, dict) else []
    for item in items[:20] if isinstance(items, list) else [items]:
        text = item.get("id") if isinstance(item, dict) else None
        for name, form in FORMS.items():
            if isinstance(text, str) and form.fullmatch(text):
                SEEN[name][text] = None


def address_what_is_there(case: Case[Any]) -> None:
    """Random ids are nobody's, and random filters leave hardly any list with something in it to go on with."""
    for name in case.path_parameters or {}:
        known = SEEN.get(name)
        if known and str(case.path_parameters[name]) not in known:
            case.path_parameters[name] = [*known][zlib.crc32(case.id.encode()) % len(known)]
    if case.method == "GET" and zlib.crc32(case.id.encode()) % 8 < 5:
        optional = {one.name for one in case.operation.query if not one.is_required} - {"cursor", "after"}
        for name in optional & set(case.query or {}):
            del case.query[name]


def name_what_is_there(operation: str, path: dict[str, Any], body: dict[str, Any]) -> None:
    ministry, expected = body.get("ministry"), body.get("expected")
    if isinstance(ministry, str) and ministry not in MINISTRIES:
        body["ministry"] = known(ministry, MINISTRIES)
    if isinstance(expected, list):
        body["expected"] = sorted({known(str(one), MINISTRIES) for one in expected})
    actions = [one for one in body.get("actions") or [] if isinstance(one, dict)]
    for one in actions:
        for member, words in WORDS.items():
            if isinstance(one.get(member), str):
                one[member] = known(one[member], words)
    for one in [body, *actions]:
        if isinstance(one.get("practices"), list):
            one["practices"] = sorted({known(str(practice), PRACTICES) for practice in one["practices"]})
    if operation == "PUT /v1/roadmaps/{roadmap}/plan":
        code, _, year = str(path.get("roadmap")).rpartition("-")
        body["ministry"], body["first_year"] = code, int(year)
    if operation == "PUT /v1/censuses/{year}" and "year" in body:
        body["year"] = int(str(path.get("year")))


def known(value: str, values: list[str]) -> str:
    return value if value in values else values[zlib.crc32(value.encode()) % len(values)]

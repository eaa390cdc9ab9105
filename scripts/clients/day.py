"""A référent's day through the Python client that openapi-generator wrote, with its default options.

    day.py URL TOKENS    TOKENS is a folder with a token in the file `referent`
"""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import jalon_api
from jalon_api.models.problem_type import ProblemType
from jalon_api.rest import RESTResponse

YEAR = 2031
ROADMAP = f"TE-{YEAR}"


def expect(condition: bool, what: object) -> None:
    if not condition:
        raise AssertionError(what)


def refused(error: jalon_api.ApiException, kind: ProblemType) -> jalon_api.Problem:
    """The problem, read by the client's own class."""
    problem = jalon_api.Problem.from_json(error.body or "")
    expect(problem is not None and problem.type == kind and problem.status == error.status, error.body)
    assert problem is not None
    return problem


class Counting(jalon_api.ApiClient):
    """The client, with the number of its requests."""

    requests = 0

    def call_api(self, *parameters: object, **named: object) -> RESTResponse:
        Counting.requests += 1
        return super().call_api(*parameters, **named)


def prepare(client: jalon_api.ApiClient) -> None:
    me = jalon_api.TokensApi(client).get_me()
    expect(me.role == jalon_api.Role.REFERENT and me.ministries == ["TE"], me)
    expect(jalon_api.Scope.WRITE_ROADMAP in me.scopes, me.scopes)
    words = jalon_api.VocabulariesApi(client).get_vocabularies()
    expect({term.code for term in words.themes} == set(jalon_api.Theme), words.themes)
    draft = jalon_api.RoadmapCreate(ministry="TE", first_year=YEAR, title="Feuille de route du client Python")
    made = jalon_api.RoadmapsApi(client).create_roadmap_with_http_info(draft)
    expect(made.status_code == 201 and made.data.id == ROADMAP, made.data)
    expect(made.data.created_at.tzinfo is not None, made.data.created_at)
    actions = jalon_api.ActionsApi(client)
    for rank, theme in enumerate(jalon_api.Theme, 1):
        body = jalon_api.ActionCreate(
            code=f"PY-{rank:02}", title=f"Action n° {rank}", theme=theme, target_level=jalon_api.EngagementLevel.REALISATION,
            due_on=datetime.date(YEAR, 12, rank), contributors=["Direction du numérique", "Achats, marchés"],
        )
        action = actions.create_action(ROADMAP, body)
        expect(action.due_on == body.due_on and action.contributors == body.contributors, action)
    try:
        actions.create_action(ROADMAP, body)
        raise AssertionError("the same code was taken twice")
    except jalon_api.ApiException as error:
        expect(refused(error, ProblemType.CONFLICT).key in (body.code, f"{ROADMAP}-{body.code}"), error.body)


def work(client: jalon_api.ApiClient) -> None:
    actions = jalon_api.ActionsApi(client)
    some = actions.list_actions(
        roadmap=[ROADMAP], theme=[jalon_api.Theme.ACHATS, jalon_api.Theme.FIN_USAGE], sort=["-due_on", "id"], count=True
    )
    found = [item.actual_instance for item in some.data]
    expect(some.meta.total == 2 and all(isinstance(one, jalon_api.Action) for one in found), some)
    expect([one.theme for one in found if isinstance(one, jalon_api.Action)]
           == [jalon_api.Theme.FIN_USAGE, jalon_api.Theme.ACHATS], found)
    names: list[str] = []
    cursor = None
    while True:
        page = actions.list_actions(roadmap=[ROADMAP], limit=3, fields=["id", "title"], cursor=cursor)
        names += [item.actual_instance.id or "" for item in page.data if item.actual_instance is not None]
        if page.links.next is None:
            break
        cursor = parse_qs(urlsplit(page.links.next).query)["cursor"][0]
    expect(names == [f"{ROADMAP}-PY-{rank:02}" for rank in range(1, 8)], names)

    read = actions.get_action_with_http_info(names[0])
    tag = (read.headers or {})["ETag"]
    patch = jalon_api.ActionPatch(due_on=None, contributors=[], status=jalon_api.Status.EN_COURS, reason="Marché notifié")
    changed = actions.update_action(tag, names[0], patch)
    expect(changed.due_on is None and changed.contributors == [] and changed.status == jalon_api.Status.EN_COURS, changed)
    expect(changed.title == read.data.title and changed.version == 2, changed)
    try:
        actions.update_action(tag, names[0], jalon_api.ActionPatch(title="Trop tard"))
        raise AssertionError("an old tag was taken")
    except jalon_api.ApiException as error:
        refused(error, ProblemType.PRECONDITION_FAILED)
    try:
        actions.update_action("*", names[0], jalon_api.ActionPatch(practices=["z.999", "y.999"]))
        raise AssertionError("faults were taken")
    except jalon_api.ApiException as error:
        faults = refused(error, ProblemType.VALIDATION_FAILED).errors or []
        expect({fault.pointer for fault in faults} == {"/practices/0", "/practices/1"}, faults)


def hand_in(client: jalon_api.ApiClient) -> None:
    roadmaps = jalon_api.RoadmapsApi(client)
    read = roadmaps.get_roadmap_with_http_info(ROADMAP)
    expect(read.data.due_on is None and read.data.action_count == 7, read.data)
    handed = roadmaps.update_roadmap(
        (read.headers or {})["ETag"], ROADMAP, jalon_api.RoadmapPatch(state=jalon_api.RoadmapState.SOUMISE)
    )
    expect(handed.submitted_on is not None, handed)
    plan = roadmaps.get_plan(ROADMAP)
    expect(len(plan.actions) == 7, plan)
    figures = jalon_api.FiguresApi(client).get_figures(year=[YEAR], ministry=["TE"]).actual_instance
    assert isinstance(figures, jalon_api.Figures)
    expect(figures.totals.actions == 7 and figures.rates[0].code == jalon_api.RateCode.REALISEES_IDENTIFIEES, figures.totals)
    history = jalon_api.HistoryApi(client).list_action_history(f"{ROADMAP}-PY-01")
    expect(history.data[0].reason == "Marché notifié", history.data[0])
    # Where errors alone are JSON, the client says that it accepts JSON problems, and nothing else.
    service = jalon_api.ServiceApi(client)
    expect(service.get_openapi_yaml_without_preload_content().read().startswith(b"openapi: 3.1"), "no contract")
    expect("jalon_" in str(service.get_metrics()) and "<html" in str(service.get_docs()), "no metrics, or no page")


def main() -> int:
    token = (Path(sys.argv[2]) / "referent").read_text().strip()
    client = Counting(jalon_api.Configuration(host=sys.argv[1], access_token=token))
    for part in (prepare, work, hand_in):
        part(client)
    print(f"Python: {Counting.requests} requests")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""A référent's working day, and its coordinator's, through a client that openapi-python-client wrote from openapi.yaml.

    check_client.py URL TOKENS    TOKENS is a folder with a token in each of the files `referent` and `coordinator`
"""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import Any, TypeVar

from jalon_client import AuthenticatedClient
from jalon_client.api.actions import create_action, get_action, list_actions, update_action
from jalon_client.api.figures import get_figures
from jalon_client.api.roadmaps import (
    apply_plan,
    create_roadmap,
    get_plan,
    get_roadmap,
    list_roadmaps,
    update_roadmap,
)
from jalon_client.api.history import list_action_history, list_roadmap_history
from jalon_client.api.tokens import get_me, issue_token
from jalon_client.api.vocabularies import get_vocabularies
from jalon_client.models.action import Action
from jalon_client.models.action_collection import ActionCollection
from jalon_client.models.action_create import ActionCreate
from jalon_client.models.action_patch import ActionPatch
from jalon_client.models.figures import Figures
from jalon_client.models.history_collection import HistoryCollection
from jalon_client.models.engagement_level import EngagementLevel
from jalon_client.models.me import Me
from jalon_client.models.next_state import NextState
from jalon_client.models.plan import Plan
from jalon_client.models.plan_action_put import PlanActionPut
from jalon_client.models.plan_put import PlanPut
from jalon_client.models.plan_result import PlanResult
from jalon_client.models.problem import Problem
from jalon_client.models.roadmap import Roadmap
from jalon_client.models.roadmap_collection import RoadmapCollection
from jalon_client.models.roadmap_create import RoadmapCreate
from jalon_client.models.roadmap_patch import RoadmapPatch
from jalon_client.models.roadmap_state import RoadmapState
from jalon_client.models.role import Role
from jalon_client.models.status import Status
from jalon_client.models.theme import Theme
from jalon_client.models.token_create import TokenCreate
from jalon_client.models.vocabularies import Vocabularies
from jalon_client.types import UNSET, Response

Kind = TypeVar("Kind")

YEAR = 2024
ROADMAP = f"TE-{YEAR}"


class Day:
    """Counts what was asked and which problems were met, each as its own type."""

    def __init__(self, url: str, tokens: Path) -> None:
        self.url = url
        self.referent = self.client((tokens / "referent").read_text().strip())
        self.coordinator = self.client((tokens / "coordinator").read_text().strip())
        self.requests = 0
        self.problems: list[str] = []

    def client(self, token: str, **headers: str) -> AuthenticatedClient:
        return AuthenticatedClient(
            base_url=self.url, token=token, headers=headers, raise_on_unexpected_status=True, timeout=None
        )

    def got(self, response: Response[Any], kind: type[Kind], status: int = 200) -> Kind:
        self.requests += 1
        parsed = response.parsed
        if response.status_code != status or not isinstance(parsed, kind):
            raise AssertionError(f"{response.status_code} instead of {status}: {response.content[:500]!r}")
        return parsed

    def refused(self, response: Response[Any], slug: str) -> Problem:
        self.requests += 1
        problem = response.parsed
        if not isinstance(problem, Problem) or problem.type_ != f"/problems/{slug}":
            raise AssertionError(f"{response.status_code} instead of {slug}: {response.content[:500]!r}")
        if problem.status != response.status_code or not problem.detail or not problem.instance:
            raise AssertionError(f"{slug} is not what it says: {problem}")
        self.problems.append(slug)
        return problem


def tag(response: Response[Any]) -> str:
    return response.headers["ETag"]


def expect(condition: bool, what: str) -> None:
    if not condition:
        raise AssertionError(what)


def morning(day: Day) -> None:
    """Who am I, what words are there, and the draft of a year's roadmap."""
    me = day.got(get_me.sync_detailed(client=day.referent), Me)
    expect(me.role is Role.REFERENT and me.ministries == ["TE"], f"another token: {me}")
    words = day.got(get_vocabularies.sync_detailed(client=day.referent), Vocabularies)
    expect({term.code for term in words.themes} == set(Theme), "the themes are not those of the contract")
    expect({term.code for term in words.statuses} == set(Status), "the statuses are not those of the contract")

    beginning = datetime.date.today() - datetime.timedelta(days=60)
    draft = RoadmapCreate(ministry="TE", first_year=YEAR, title="Feuille de route du client", effective_on=beginning)
    rehearsed = day.got(create_roadmap.sync_detailed(client=day.referent, body=draft, dry_run=True), Roadmap, 201)
    expect(rehearsed.id == ROADMAP, "another identifier")
    day.refused(get_roadmap.sync_detailed(ROADMAP, client=day.referent), "not-found")
    made = create_roadmap.sync_detailed(client=day.referent, body=draft)
    roadmap = day.got(made, Roadmap, 201)
    expect(roadmap.state is RoadmapState.BROUILLON, "not a draft")
    expect(made.headers["Location"] == f"/v1/roadmaps/{ROADMAP}", "another location")
    day.refused(create_roadmap.sync_detailed(client=day.referent, body=draft), "conflict")

    for rank, theme in enumerate(Theme, 1):
        body = ActionCreate(
            code=f"CLI-{rank:02}", title=f"Action n° {rank}", theme=theme, target_level=EngagementLevel.REALISATION,
            due_on=datetime.date(YEAR, 12, rank), contributors=["Direction du numérique"], effective_on=beginning,
        )
        action = day.got(create_action.sync_detailed(ROADMAP, client=day.referent, body=body), Action, 201)
        expect(action.theme is theme and action.due_on == body.due_on and action.status is Status.A_FAIRE, "not as sent")
    again = ActionCreate(code="CLI-01", title="Encore", theme=Theme.ACHATS, target_level=EngagementLevel.REFLEXION)
    problem = day.refused(create_action.sync_detailed(ROADMAP, client=day.referent, body=again), "conflict")
    expect(problem.key == f"{ROADMAP}-CLI-01" or problem.key == "CLI-01", f"the key is {problem.key}")


def noon(day: Day) -> None:
    """Two people on one action, a rehearsal, faults, and the whole plan as one document."""
    name = f"{ROADMAP}-CLI-01"
    first = tag(get_action.sync_detailed(name, client=day.referent))
    started = ActionPatch(status=Status.EN_COURS, reason="Marché notifié")
    changed = update_action.sync_detailed(name, client=day.referent, if_match=first, body=started)
    action = day.got(changed, Action)
    expect(action.status is Status.EN_COURS and action.version == 2, f"not changed: {action}")

    stale = update_action.sync_detailed(name, client=day.coordinator, if_match=first, body=ActionPatch(title="Autre titre"))
    day.refused(stale, "precondition-failed")
    current = tag(stale)
    expect(current == tag(changed), "412 tells another tag than the current one")
    mended = update_action.sync_detailed(name, client=day.coordinator, if_match=current, body=ActionPatch(title="Autre titre"))
    expect(day.got(mended, Action).title == "Autre titre", "not changed on the second try")

    done = ActionPatch(status=Status.REALISEE, reached_level=EngagementLevel.REALISATION)
    rehearsed = update_action.sync_detailed(name, client=day.referent, if_match="*", body=done, dry_run=True)
    expect(day.got(rehearsed, Action).completed_on is not None, "a rehearsal says no date")
    kept = day.got(get_action.sync_detailed(name, client=day.referent), Action)
    expect(kept.status is Status.EN_COURS and kept.version == 3, "a rehearsal was kept")
    same = get_action.sync_detailed(name, client=day.referent, if_none_match=tag(mended))
    expect(same.status_code == 304, f"{same.status_code} for what has not changed")

    wrong = ActionPatch(title=" ", status=Status.ABANDONNEE, practices=["z.999"], completed_on=datetime.date(2199, 1, 1))
    problem = day.refused(
        update_action.sync_detailed(name, client=day.referent, if_match="*", body=wrong, accept_language="en"), "validation-failed"
    )
    pointers = {fault.pointer for fault in problem.errors or []}
    expect({"/title", "/practices/0"} <= pointers, f"not all faults are told: {pointers}")

    plan = get_plan.sync_detailed(ROADMAP, client=day.referent)
    expect(len(day.got(plan, Plan).actions) == len(Theme), "the plan lacks actions")
    document = PlanPut(
        ministry="TE", first_year=YEAR,
        actions=[PlanActionPut(code="CLI-02", status="en_cours"),
                 PlanActionPut(code="CLI-20", title="Une de plus", theme="achats", target_level="reflexion")],
    )
    day.refused(apply_plan.sync_detailed(ROADMAP, client=day.referent, body=document), "precondition-required")
    result = day.got(apply_plan.sync_detailed(ROADMAP, client=day.referent, body=document, if_match=tag(plan)), PlanResult)
    counts = (result.summary.created, result.summary.updated, result.summary.unchanged, result.summary.absent)
    expect(counts == (1, 1, 0, len(Theme) - 1), f"the plan was applied otherwise: {counts}")


def move(day: Day, client: AuthenticatedClient, state: RoadmapState, reason: str | None = None) -> Roadmap:
    current = tag(get_roadmap.sync_detailed(ROADMAP, client=client))
    body = RoadmapPatch(state=state, reason=reason or UNSET)
    roadmap = day.got(update_roadmap.sync_detailed(ROADMAP, client=client, if_match=current, body=body), Roadmap)
    expect(roadmap.state is state, f"{roadmap.state} instead of {state}")
    return roadmap


def afternoon(day: Day) -> None:
    """Handed in, sent back, mended, validated; then an entry that comes late, the figures and the history."""
    expect(move(day, day.referent, RoadmapState.SOUMISE).submitted_on is not None, "submitted on no day")
    validated = RoadmapPatch(state=RoadmapState.VALIDEE)
    day.refused(update_roadmap.sync_detailed(ROADMAP, client=day.referent, if_match="*", body=validated), "transition-refused")
    review = RoadmapPatch(state=RoadmapState.EN_RELECTURE)
    day.refused(update_roadmap.sync_detailed(ROADMAP, client=day.referent, if_match="*", body=review), "forbidden")
    move(day, day.coordinator, RoadmapState.EN_RELECTURE)
    expect(move(day, day.coordinator, RoadmapState.BROUILLON, "Préciser les échéances").submitted_on is None, "still submitted")
    name = f"{ROADMAP}-CLI-03"
    due = ActionPatch(due_on=datetime.date(YEAR, 6, 30), reason="Échéance précisée")
    day.got(update_action.sync_detailed(name, client=day.referent, if_match="*", body=due), Action)
    move(day, day.referent, RoadmapState.SOUMISE)
    move(day, day.coordinator, RoadmapState.EN_RELECTURE)
    expect(move(day, day.coordinator, RoadmapState.VALIDEE).validated_on is not None, "validated on no day")
    problem = day.refused(
        update_roadmap.sync_detailed(
            ROADMAP, client=day.coordinator, if_match="*", body=RoadmapPatch(state=RoadmapState.BROUILLON)
        ),
        "transition-refused",
    )
    expect(problem.allowed == [NextState.NEXT_CLOSE], f"allowed: {problem.allowed}")

    since = datetime.date.today() - datetime.timedelta(days=40)
    late = ActionPatch(status=Status.REALISEE, reached_level=EngagementLevel.REALISATION, effective_on=since, reason="Saisie tardive")
    action = day.got(update_action.sync_detailed(name, client=day.referent, if_match="*", body=late), Action)
    expect(action.completed_on == since, f"done on {action.completed_on}, not on {since}")

    figures = day.got(get_figures.sync_detailed(client=day.referent, year=[YEAR], ministry=["TE"]), Figures)
    expect(figures.totals.actions == len(Theme) + 1 and figures.totals.realisees == 1, f"the totals are {figures.totals}")
    headline = figures.rates[0]
    expect((headline.numerator, headline.denominator) == (1, len(Theme) + 1), f"the rate is {headline}")

    entries = day.got(list_action_history.sync_detailed(name, client=day.referent), HistoryCollection).data
    newest = entries[0]
    expect(newest.reason == "Saisie tardive" and newest.effective_on == since, f"the history says {newest}")
    expect(set(newest.changes.additional_properties) >= {"status", "completed_on"}, f"the changes are {newest.changes}")
    expect(newest.recorded_at.date() > since, "the entry is not late")
    expect(len(day.got(list_roadmap_history.sync_detailed(ROADMAP, client=day.coordinator, limit=200), HistoryCollection).data)
           >= 7, "moves of the roadmap are missing")


def evening(day: Day) -> None:
    """Pages to the end, then the problems that the day has not met yet."""
    seen: list[str] = []
    cursor: str | None = None
    while True:
        response = list_actions.sync_detailed(client=day.referent, limit=3, roadmap=[ROADMAP], cursor=cursor or UNSET)
        page = day.got(response, ActionCollection)
        seen += [item.id for item in page.data if isinstance(item, Action)]
        if page.links.next_ is None:
            break
        cursor = page.links.next_.split("cursor=")[1].split("&")[0]
    expect(len(seen) == len(set(seen)) == len(Theme) + 1, f"{len(seen)} actions seen")
    page_of_roadmaps = day.got(list_roadmaps.sync_detailed(client=day.coordinator, ministry=["TE"], year=[YEAR], count=True), RoadmapCollection)
    expect(page_of_roadmaps.meta.total == 1, "other roadmaps")

    day.refused(list_actions.sync_detailed(client=day.referent, limit=1_000), "invalid-parameter")
    day.refused(list_actions.sync_detailed(client=day.referent, cursor="AAAA"), "invalid-cursor")
    day.refused(get_roadmap.sync_detailed(ROADMAP, client=day.referent, if_none_match="3"), "malformed-request")
    day.refused(get_me.sync_detailed(client=day.client("jalon_unknown")), "invalid-token")
    nobody = AuthenticatedClient(base_url=day.url, token="", prefix="", auth_header_name="X-Nothing")
    day.refused(get_me.sync_detailed(client=nobody), "authentication-required")
    token = TokenCreate(label="Non", role=Role.READER)
    day.refused(issue_token.sync_detailed(client=day.referent, body=token), "forbidden")
    elsewhere = RoadmapCreate(ministry="EF", first_year=YEAR)
    day.refused(create_roadmap.sync_detailed(client=day.referent, body=elsewhere), "outside-ministry")
    image = AuthenticatedClient(base_url=day.url, token=day.referent.token, headers={"Accept": "image/png"})
    day.refused(get_me.sync_detailed(client=image), "not-acceptable")
    huge = ActionPatch(description="a" * (1 << 20))
    day.refused(
        update_action.sync_detailed(f"{ROADMAP}-CLI-01", client=day.referent, if_match="*", body=huge), "content-too-large"
    )
    move(day, day.coordinator, RoadmapState.CLOSE)
    late = ActionPatch(title="Trop tard")
    day.refused(
        update_action.sync_detailed(f"{ROADMAP}-CLI-01", client=day.referent, if_match="*", body=late), "roadmap-closed"
    )


def main() -> int:
    day = Day(sys.argv[1], Path(sys.argv[2]))
    for part in (morning, noon, afternoon, evening):
        part(day)
    kinds = sorted(set(day.problems))
    print(f"{day.requests} requests, {len(day.problems)} refusals of {len(kinds)} kinds: {', '.join(kinds)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

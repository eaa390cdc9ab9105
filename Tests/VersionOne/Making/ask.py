#!/usr/bin/env python3
"""Asks the dated questions of the fixture of schema version 1.

usage: ask.py questions URL FOLDER   writes questions.txt from instants.txt (URL: to choose two actions)
       ask.py keep URL FOLDER        keeps the answers in answers.ndjson.gz
       ask.py compare URL FOLDER     asks again and tells which answers moved; exit 1 when one did

A line of questions.txt: the caller, the target, and the Accept header when it is not the default. {CURSOR} in a target is the
`meta.cursor` of the answer to the question before: a cursor of the feed is good in one database only.
"""

from __future__ import annotations

import gzip
import http.client
import json
import re
import sys
import urllib.parse
from pathlib import Path
from typing import Any

WRITTEN = """
# Figures of several years, on both axes.
anonymous /v1/figures?year=2021&as_of=2021-12-31&known_at={K1}
anonymous /v1/figures?year=2022&as_of=2022-12-31&known_at={K1}
anonymous /v1/figures?year=2022&as_of=2022-12-31&known_at={K2}
anonymous /v1/figures?year=2022&as_of=2022-12-31&known_at={K}
anonymous /v1/figures?year=2023&as_of=2023-06-30&known_at={K3}
anonymous /v1/figures?year=2024&as_of=2026-11-20&known_at={K}&perimeter=today
coordinator /v1/figures?year=2026&as_of=2026-11-20&known_at={K}&roadmap_state=brouillon,soumise,en_relecture,validee,close
referent:TE /v1/figures?year=2023&as_of=2025-03-31&known_at={K}&ministry=TE&theme=achats,fin_usage,phase_usage
reader /v1/figures?year=2025&as_of=2025-10-31&known_at={K3}&target_level=experimentation,realisation
# Series, comparisons, the public page.
anonymous /v1/figures/series?year=2022&from=2022-01-31&to=2022-12-31&step=month&known_at={K}
anonymous /v1/figures/series?year=2024&from=2024-03-31&to=2026-09-30&step=quarter&known_at={K2}
coordinator /v1/figures/series?year=2023&from=2023-01-31&to=2025-12-31&step=quarter&known_at={K}&perimeter=today
anonymous /v1/figures/compare?year=2022&from=2022-03-31&to=2022-12-31&from_known_at={K}&to_known_at={K}
anonymous /v1/figures/compare?year=2022&from=2022-12-31&to=2022-12-31&from_known_at={K1}&to_known_at={K}
coordinator /v1/figures/compare?from_year=2022&to_year=2024&from=2022-12-31&to=2024-12-31&from_known_at={K}&to_known_at={K}
coordinator /v1/figures/compare/actions?year=2022&from=2022-03-31&to=2022-12-31&from_known_at={K1}&to_known_at={K}&limit=100&count=true
reader /v1/figures/compare/actions?year=2022&from=2022-03-31&to=2022-12-31&from_known_at={K}&to_known_at={K}&cause=done,abandoned&count=true
anonymous /v1/barometer?year=2022
anonymous /v1/barometer?year=2024
anonymous /v1/barometer?year=2022 text/html
# Actions and roadmaps of a day, as known at an instant.
coordinator /v1/actions?year=2022&as_of=2022-09-30&known_at={K1}&limit=200&count=true
coordinator /v1/actions?year=2024&as_of=2024-12-31&known_at={K}&limit=200&count=true
reader /v1/actions?year=2024&as_of=2024-12-31&known_at={K}&limit=200&count=true
reader /v1/actions?late=true&as_of=2025-06-30&known_at={K3}&sort=-due_on,id&fields=id,title,due_on,late,status&limit=100&count=true
referent:TE /v1/roadmaps/TE-2023/actions?as_of=2024-06-30&known_at={K2}&limit=100
referent:TE /v1/actions?confidential=true&as_of=2025-12-31&known_at={K}&limit=100&count=true
anonymous /v1/actions?year=2022&as_of=2022-09-30&known_at={K1}
reader {ACTION}?as_of=2022-10-31&known_at={K2}
coordinator {ACTION}?as_of=2022-10-31&known_at={K}
reader {HIDDEN}?as_of=2024-06-30&known_at={K}
coordinator {HIDDEN}?as_of=2024-06-30&known_at={K}
coordinator /v1/roadmaps?as_of=2022-04-10&known_at={K1}&count=true
reader /v1/roadmaps?as_of=2025-01-31&known_at={K}&count=true&sort=-id
reader /v1/roadmaps/CUL-2022?as_of=2022-04-10&known_at={K}
coordinator /v1/roadmaps/CUL-2022?as_of=2022-04-10&known_at={K}
# Plans: version 1 exports only the plan of now, which holds no day.
coordinator /v1/roadmaps/TE-2023/plan
coordinator /v1/roadmaps/TE-2023/plan text/csv
coordinator /v1/roadmaps/TE-2023/plan application/yaml
reader /v1/roadmaps/INT-2022/plan
reader /v1/roadmaps/AGR-2023/plan text/csv
referent:INT /v1/roadmaps/INT-2025/plan
reader /v1/roadmaps/INT-2025/plan
# Histories.
coordinator {HIDDEN}/history?limit=100&count=true
coordinator {ACTION}/history?limit=100&count=true
reader {HIDDEN}/history?limit=100&count=true
coordinator /v1/roadmaps/CUL-2022/history?limit=200&count=true
reader /v1/roadmaps/CUL-2022/history?limit=200&count=true
coordinator /v1/roadmaps/AGR-2021/history?limit=100&count=true
coordinator /v1/censuses/2022/history?limit=50
reader /v1/ministries/ODT/history
# The feed (cursors are bound to the database: see README.txt).
coordinator /v1/changes?limit=100
coordinator /v1/changes?limit=100&after={{CURSOR}}
reader /v1/changes?limit=200
reader /v1/changes?limit=100000 application/x-ndjson
referent:TE /v1/changes?limit=100&ministry=TE&resource=roadmap,action
# What was frozen.
anonymous /v1/snapshots?limit=50&count=true
anonymous /v1/snapshots/2022-1
anonymous /v1/snapshots/2022-1/document
anonymous /v1/snapshots/2022-2/document
anonymous /v1/snapshots/2024-1/document
coordinator /v1/snapshots/2022-1/actions?limit=200&count=true
reader /v1/snapshots/2022-2/actions?limit=200&count=true
coordinator /v1/snapshots/2022-1/verification
reader /v1/snapshots/2022-1/verification
coordinator /v1/snapshots/2022-2/verification
coordinator /v1/snapshots/2023-1/verification
# Ministries on a date, censuses, callers.
reader /v1/ministries?as_of=2023-12-31&limit=100&count=true
reader /v1/ministries?as_of=2024-01-01&limit=100&count=true
reader /v1/ministries/CUL?as_of=2024-06-30
reader /v1/ministries/ODT?as_of=2022-01-01
reader /v1/censuses/2022
reader /v1/censuses/2024
admin /v1/roadmaps?state=brouillon&as_of=2026-11-20&known_at={K}&count=true
revoked-reader /v1/actions?year=2022&as_of=2022-12-31&known_at={K}
"""


Answer = dict[str, Any]


def read_pairs(path: Path) -> dict[str, str]:
    lines = (line.split() for line in path.read_text(encoding="utf-8").splitlines() if line)
    return {name: value for name, value in lines}


class Asking:
    def __init__(self, url: str, folder: Path) -> None:
        self.connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc, timeout=60)
        self.tokens = read_pairs(folder / "tokens.txt")
        self.cursor = ""

    def ask(self, caller: str, target: str, accept: str | None = None) -> Answer:
        headers = {"X-Request-Id": "fixture"}  # a refusal repeats it
        if caller != "anonymous":
            headers["Authorization"] = "Bearer " + self.tokens[caller]
        if accept:
            headers["Accept"] = accept
        self.connection.request("GET", target.replace("{CURSOR}", self.cursor), headers=headers)
        answer = self.connection.getresponse()
        body = answer.read().decode()
        if answer.status == 200 and target.startswith("/v1/changes?") and not accept:
            self.cursor = json.loads(body)["meta"]["cursor"]
        return {
            "status": answer.status,
            "type": answer.getheader("Content-Type"),
            "etag": answer.getheader("ETag"),
            "body": body,
        }

    def listed(self, target: str) -> list[dict[str, Any]]:
        data: list[dict[str, Any]] = json.loads(self.ask("coordinator", target)["body"])["data"]
        return data


def write_questions(asking: Asking, folder: Path) -> None:
    """Two actions are asked for: that of the longest history among those never hidden, and that shown last after having been."""
    visible = asking.listed("/v1/actions?year=2022&ministry=INT,EN,DINUM&confidential=false&roadmap_state=validee&limit=200")
    changes = asking.listed("/v1/changes?limit=1000&resource=action")
    hidden_once = {change["id"] for change in changes if "confidential" in (change["fields"] or {})}
    richest = max(
        (action for action in visible if action["id"] not in hidden_once), key=lambda action: (action["version"], action["id"])
    )
    shown = [
        change["id"]
        for change in asking.listed("/v1/changes?limit=1000&resource=action&ministry=TE,EF,INT,EN,DINUM,AGR")
        if change["kind"] == "updated" and (change["fields"].get("confidential") or {}).get("from") is True
    ]
    known = read_pairs(folder / "instants.txt")
    known.update(ACTION="/v1/actions/" + richest["id"], HIDDEN="/v1/actions/" + shown[-1])
    (folder / "questions.txt").write_text(WRITTEN.strip().format(**known) + "\n", encoding="utf-8")


def questions(folder: Path) -> list[list[str]]:
    lines = (folder / "questions.txt").read_text(encoding="utf-8").splitlines()
    return [line.split() for line in lines if line and not line.startswith("#")]


def keep(asking: Asking, folder: Path) -> None:
    answers = [asking.ask(*question) for question in questions(folder)]
    text = "".join(json.dumps(answer, ensure_ascii=False) + "\n" for answer in answers)
    (folder / "answers.ndjson.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def without_cursors(body: str) -> str:
    return re.sub(r'("cursor":|after=)[^,}\s&]*', "", body)


def compare(asking: Asking, folder: Path) -> int:
    kept = gzip.decompress((folder / "answers.ndjson.gz").read_bytes()).decode()
    moved = 0
    for question, line in zip(questions(folder), kept.splitlines(), strict=True):
        then, now = json.loads(line), asking.ask(*question)
        if then != now:
            moved += 1
            only_cursors = without_cursors(then["body"]) == without_cursors(now["body"])
            print("moved:", *question, "(the same without cursors)" if only_cursors else "")
    print(f"{moved} answers moved")
    return 1 if moved else 0


def main() -> int:
    what, url, place = sys.argv[1:]
    folder = Path(place)
    asking = Asking(url, folder)
    if what == "questions":
        write_questions(asking, folder)
    elif what == "keep":
        keep(asking, folder)
    else:
        return compare(asking, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())

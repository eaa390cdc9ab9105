"""How many requests each operation got in a fuzz, from the NDJSON reports of Schemathesis.

    fuzz_table.py openapi.yaml REPORT…    each named ROLE-….ndjson
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

import yaml


def count(report: Path) -> Counter[tuple[str, str]]:
    """The requests by operation and class of status, a probe of a method that the path has not as its own."""
    found: Counter[tuple[str, str]] = Counter()
    with report.open(encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line).get("ScenarioFinished")
            recorder = event.get("recorder") if event else None
            if recorder is None or "cases" not in recorder:
                continue
            cases = recorder["cases"]
            for name, exchange in recorder["interactions"].items():
                case = cases[name]["value"]
                response = exchange.get("response") or {}
                status = str(response.get("status_code", "none"))[0]
                found[f"{case['method']} {case['path']}", status] += 1
    return found


def main() -> int:
    roles: list[str] = []
    by_role: dict[str, Counter[str]] = {}
    by_status: dict[str, Counter[str]] = {}
    for name in map(Path, sys.argv[2:]):
        role = name.stem.split("-")[0]
        if role not in roles:
            roles.append(role)
        for (operation, status), number in count(name).items():
            by_role.setdefault(operation, Counter())[role] += number
            by_status.setdefault(operation, Counter())[status] += number
    paths = yaml.load(Path(sys.argv[1]).read_text(encoding="utf-8"), yaml.CSafeLoader)["paths"]
    probes = set(by_role) - declared_operations(paths)
    head = [*roles, "2xx-3xx", "4xx", "5xx", "all"]
    print(f"{'operation':44}" + "".join(f"{title:>12}" for title in head))
    total: Counter[str] = Counter()
    never = declared_operations(paths) - set(by_role)
    for operation in sorted(set(by_role) - probes, key=lambda one: one.split(" ")[::-1]):
        row = row_of([operation], roles, by_role, by_status)
        total.update(row)
        print(f"{operation:44}" + "".join(f"{row[title]:12,}" for title in head))
    row = row_of(sorted(probes), roles, by_role, by_status)
    total.update(row)
    for title, values in (("OPTIONS, and methods that a path has not", row), ("all", total)):
        print(f"{title:44}" + "".join(f"{values[column]:12,}" for column in head))
    for operation in sorted(never):
        print(f"{operation} got no request")
    return 1 if total["5xx"] or never else 0


def declared_operations(paths: dict[str, dict[str, object]]) -> set[str]:
    methods = {"get", "put", "post", "patch", "delete"}
    return {f"{method.upper()} {path}" for path, item in paths.items() for method in item if method in methods}


def row_of(
    operations: list[str], roles: list[str], by_role: dict[str, Counter[str]], by_status: dict[str, Counter[str]]
) -> Counter[str]:
    row: Counter[str] = Counter()
    for operation in operations:
        for role in roles:
            row[role] += by_role[operation][role]
        status = by_status[operation]
        row["2xx-3xx"] += status["2"] + status["3"]
        row["4xx"] += status["4"]
        row["5xx"] += status["5"]
        row["all"] += sum(status.values())
    return row


if __name__ == "__main__":
    sys.exit(main())

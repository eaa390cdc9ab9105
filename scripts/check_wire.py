"""Sends every vector of `wire_vectors` and plays every scene of `wire_scenes` against a running server; with a cap on
connections, goes beyond it.

    check_wire.py URL --token-file FILE --pid PID [--only TEXT] [--fast] [--connections N]
"""

from __future__ import annotations

import argparse
import sys
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from wire_client import Answer, Broken, Closed, Silent, Wire
from wire_scenes import Failed, Place, crowd_beyond, file_limit_is_high_enough, scenes_of
from wire_vectors import ANY_PROBLEM, AS_SAID, CLOSED, HOST, OPEN, Outcome, Vector, table_of

MOST_GROWTH = 8 << 10  # In kB.


def resident(pid: int) -> int:
    """The memory of the server, in kB."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise Failed("the server is gone")


def faults_of_form(answer: Answer, is_head: bool) -> str | None:
    """What every refusal owes its reader."""
    if answer.status < 400 or is_head:
        return None
    if answer.value("content-type") != "application/problem+json":
        return f"{answer.status} as {answer.value('content-type')}, not as a problem"
    if answer.problem() is None:
        return f"{answer.status} whose body is no problem of that status"
    if answer.value("content-length") != str(len(answer.body)):
        return f"{answer.status} without its length"
    return None


def read(wire: Wire, vector: Vector) -> list[Answer]:
    """The final answers until the server closes or has given as many as any outcome expects."""
    most = max(len(outcome.answers) for outcome in vector.outcomes)
    answers: list[Answer] = []
    while len(answers) < most:
        try:
            answer = wire.answer(to_head=len(answers) in vector.heads)
        except Closed:
            break
        if answer.status >= 200:
            answers.append(answer)
    return answers


def matches(outcome: Outcome, answers: list[Answer]) -> bool:
    return len(outcome.answers) == len(answers) and all(
        status == answer.status and (slug is None or answer.problem() is not None and slug in (ANY_PROBLEM, answer.problem()))
        for (status, slug), answer in zip(outcome.answers, answers, strict=True)
    )


def state_fault(wire: Wire, state: str, answers: list[Answer], client_finished: bool) -> str | None:
    says_close = bool(answers) and answers[-1].says_close()
    if state == AS_SAID:
        state = CLOSED if says_close else OPEN
    if state == OPEN:
        return "says close where it should stay open" if says_close else wire.is_usable(HOST)
    if not wire.is_closed():
        return f"unasked bytes: {wire.buffer[:60]!r}" if wire.buffer else "stayed open"
    # To a client that has finished sending, the close says itself.
    if answers and answers[-1].status >= 400 and not says_close and not client_finished:
        return f"closed after {answers[-1].status} without Connection: close"
    return None


def run(place: Place, vector: Vector, pid: int) -> str | None:
    """None, or how the server failed."""
    before = resident(pid) if vector.limits_growth else 0
    with place.wire(patience=max(5.0, vector.within)) as wire:
        # A server may answer before it has read all, and we must read while we write.
        sender = threading.Thread(target=wire.send, args=(vector.data,), daemon=True)
        start = time.monotonic()
        sender.start()
        if vector.finishes:
            sender.join()
            wire.finish_sending()
        try:
            answers = read(wire, vector)
            seconds = time.monotonic() - start
        except Silent:
            return "no answer, or not all of them"
        except Broken as error:
            return str(error)
        said = ", ".join(f"{answer.status} {answer.problem() or ''}".strip() for answer in answers[:5]) or "closed without a word"
        candidates = [outcome for outcome in vector.outcomes if matches(outcome, answers)]
        if not candidates:
            return said
        for rank, answer in enumerate(answers):
            form = faults_of_form(answer, rank in vector.heads)
            if form:
                return form
        fault = vector.check(answers) if vector.check else None
        if not fault and seconds > vector.within:
            fault = f"after {1_000 * seconds:.0f} ms, and {1_000 * vector.within:.0f} are allowed"
        if not fault:
            # Several outcomes may differ in their state alone: the strictest that the answer claims is checked.
            states = {outcome.state for outcome in candidates}
            says_close = bool(answers) and answers[-1].says_close()
            state = CLOSED if states == {CLOSED} or says_close and CLOSED in states else sorted(states - {CLOSED})[0]
            fault = state_fault(wire, state, answers, vector.finishes)
        if not fault and vector.limits_growth and resident(pid) - before > MOST_GROWTH:
            fault = f"the server grew by {(resident(pid) - before) >> 10} MiB"
        return f"{said}, but {fault}" if fault else None


def guarded(place: Place, vector: Vector, pid: int) -> str | None:
    try:
        return run(place, vector, pid)
    except (OSError, ValueError) as error:
        return f"{type(error).__name__}: {error}"


def play_vectors(place: Place, pid: int, only: str) -> list[tuple[str, str, str, str | None]]:
    vectors = [one for one in table_of(place.token) if only in f"{one.group}: {one.name}"]
    quick = [one for one in vectors if not one.limits_growth and one.within >= 5]
    # Those with a clock or a scale go alone.
    alone = [one for one in vectors if one not in quick]
    results: list[tuple[Vector, str | None]] = []
    with ThreadPoolExecutor(4) as pool:
        results += zip(quick, pool.map(lambda one: guarded(place, one, pid), quick), strict=True)
    results += [(one, guarded(place, one, pid)) for one in alone]
    return [(one.group, one.name, " or ".join(map(str, one.outcomes)), fault) for one, fault in results]


def play_scenes(place: Place, only: str) -> list[tuple[str, str, str, str | None]]:
    results: list[tuple[str, str, str, str | None]] = []

    def play(name: str, scene: object) -> None:
        try:
            said = scene(place)  # type: ignore[operator]
            results.append(("scenes", name, said, None))
        except (Failed, Silent, Closed, Broken, OSError) as error:
            results.append(("scenes", name, "", str(error) or type(error).__name__))
        except Exception:
            results.append(("scenes", name, "", traceback.format_exc()))

    threads = [threading.Thread(target=play, args=one) for one in scenes_of(place) if only in f"scenes: {one[0]}"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--token-file", type=Path, required=True, help="a coordinator's token")
    parser.add_argument("--pid", type=int, required=True, help="the server's, whose memory is watched")
    parser.add_argument("--only", default="", help="those whose “group: name” holds this text")
    parser.add_argument("--fast", action="store_true", help="without the scenes")
    parser.add_argument("--connections", type=int, help="the cap on connections, to go beyond")
    given = parser.parse_args()
    address = urlsplit(given.url)
    place = Place(address.hostname or "127.0.0.1", address.port or 80, given.token_file.read_text().strip())
    start = time.monotonic()
    results = play_vectors(place, given.pid, given.only)
    if not given.fast:
        if not file_limit_is_high_enough():
            print("check_wire: too few files may be open here (ulimit -n)", file=sys.stderr)
            return 1
        results += play_scenes(place, given.only)
        if given.connections:
            try:
                results.append(("scenes", "beyond the cap", crowd_beyond(place, given.connections), None))
            except (Failed, OSError) as error:
                results.append(("scenes", "beyond the cap", "", str(error)))
    report(results)
    failures = sum(1 for *_, fault in results if fault)
    print(f"{len(results)} vectors and scenes in {time.monotonic() - start:.0f} s, {failures} failed")
    return 1 if failures else 0


def printable(text: str) -> str:
    return "".join(one if one.isprintable() or one == "\n" else ascii(one)[1:-1] for one in text)


def report(results: list[tuple[str, str, str, str | None]]) -> None:
    groups: dict[str, list[int]] = {}
    for group, name, expected, fault in results:
        counts = groups.setdefault(group, [0, 0])
        counts[0] += 1
        if fault:
            counts[1] += 1
            wanted = f"\n      instead of: {expected}" if expected else ""
            print(f"FAILED {group}: {printable(name)}\n      {printable(fault)}{printable(wanted)}")
        elif group == "scenes":
            print(f"{group}: {name}: {expected}")
    for group, (count, failed) in groups.items():
        print(f"{group:14} {count:4}" + (f"  failed {failed}" if failed else ""))


if __name__ == "__main__":
    sys.exit(main())

"""What a server must hold when it is stopped under load, cut off at any byte, or sent more than it takes.

    check_faults.py --tokens FOLDER [--seed N] [--keyed] -- COMMAND…

COMMAND serves on a free port and writes its address on its first line; it is started and stopped many times.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from wire_client import Answer, Broken, Closed, Silent, Wire

HOST = "127.0.0.1"
ROUNDS = 20
SECONDS_TO_STOP = 15.0
KEYED = 1_000
CLIENTS = 12
REQUESTS_PER_SECOND = 500
# A roadmap holds 2,000 actions: each stop has its own, the cuts have theirs.
FIRST_YEAR = 2040
CUTS_YEAR = 2090


class Failed(Exception):
    pass


def need(condition: bool, otherwise: str) -> None:
    if not condition:
        raise Failed(otherwise)


class Server:
    """The command under test, from its start to its end."""

    def __init__(self, command: list[str]) -> None:
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        address = urlsplit(self.process.stdout.readline().strip())
        need(address.port is not None, "the server did not start")
        self.port = address.port or 0

    def wire(self, patience: float = 10.0) -> Wire:
        return Wire(HOST, self.port, patience)

    def accepted(self) -> set[int]:
        """The clients' ports whose connections the server has accepted: those still queued have no inode."""
        ports = set()
        for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
            words = line.split()
            if words[1].endswith(f":{self.port:04X}") and words[3] == "01" and words[9] != "0":
                ports.add(int(words[2].split(":")[1], 16))
        return ports

    def stop(self) -> float:
        """The seconds it took; it must end well."""
        start = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise Failed(f"still there {SECONDS_TO_STOP:.0f} s after SIGTERM") from None
        need(status == 0, f"exit status {status} after SIGTERM")
        return time.monotonic() - start


def message(method: str, target: str, token: str, body: object = None, *fields: str) -> bytes:
    lines = [f"{method} {target} HTTP/1.1", "Host: jalon.example", f"Authorization: Bearer {token}", *fields]
    content = b""
    if body is not None:
        content = json.dumps(body).encode()
        lines += ["Content-Type: application/json", f"Content-Length: {len(content)}"]
    return "\r\n".join([*lines, "", ""]).encode() + content


def action(code: str) -> dict[str, str]:
    return {"code": code, "title": f"Action {code}", "theme": "achats", "target_level": "reflexion"}


def call(server: Server, data: bytes) -> Answer:
    with server.wire() as wire:
        wire.send(data)
        return wire.answer()


def create_roadmap(server: Server, token: str, year: int) -> None:
    made = call(server, message("POST", "/v1/roadmaps", token, {"ministry": "TE", "first_year": year}))
    need(made.status == 201, f"{made.status} for a roadmap")


def codes_stored(server: Server, token: str, year: int) -> list[str]:
    """The codes of the roadmap's actions, page by page."""
    codes: list[str] = []
    target: str | None = f"/v1/roadmaps/TE-{year}/actions?limit=200&fields=code"
    while target:
        answer = call(server, message("GET", target, token))
        need(answer.status == 200, f"{answer.status} for a page of actions")
        page = json.loads(answer.body)
        codes += [item["code"] for item in page["data"]]
        target = page["links"]["next"]
    return codes


# --- (a) SIGTERM under load -------------------------------------------------------------------------------------------


@dataclass
class Request:
    kind: str
    port: int
    # When its last byte was given to the kernel; None when not all of it could be.
    sent: float | None
    outcome: str
    status: int = 0
    code: str = ""
    said: str = ""


@dataclass
class Load:
    """Clients that read and write, on connections that they keep and on fresh ones, until nobody answers."""

    server: Server
    token: str
    year: int
    requests: list[Request] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self) -> list[threading.Thread]:
        threads = [threading.Thread(target=self.client, args=(rank,)) for rank in range(CLIENTS)]
        for thread in threads:
            thread.start()
        return threads

    def client(self, rank: int) -> None:
        keeps, writes = rank % 2 == 0, rank % 3 == 0
        wire: Wire | None = None
        count = 0
        next_time = time.monotonic()
        while True:
            # A pace, so that all machines bear the same load.
            next_time += CLIENTS / REQUESTS_PER_SECOND
            time.sleep(max(0.0, next_time - time.monotonic()))
            count += 1
            code = f"S-{rank}-{count}" if writes else ""
            try:
                wire = wire or self.server.wire()
            except OSError:
                return
            request = self.one(wire, code, f"{'kept' if keeps else 'fresh'} {'write' if writes else 'read'}")
            with self.lock:
                self.requests.append(request)
            if request.outcome != "answered" or not keeps:
                wire.socket.close()
                wire = None

    def one(self, wire: Wire, code: str, kind: str) -> Request:
        if code:
            data = message("POST", f"/v1/roadmaps/TE-{self.year}/actions", self.token, action(code))
        else:
            data = message("GET", "/v1/actions?roadmap=TE-2022&limit=20", self.token)
        request = Request(kind, wire.port, None, "unsent", code=code)
        if not wire.send(data):
            return request
        request.sent = time.monotonic()
        try:
            answer = wire.answer()
            request.outcome, request.status = "answered", answer.status
            if answer.status >= 400:
                request.said = answer.body.decode(errors="replace")[:300]
            if answer.says_close():
                request.outcome = "answered, then closed"
        except Closed:
            request.outcome = "closed without a byte"
        except Broken:
            request.outcome = "cut in the answer"
        except Silent:
            request.outcome = "left without an answer"
        return request


def one_stop(command: list[str], token: str, year: int, report: Counter[str], acknowledged: set[str]) -> tuple[float, float]:
    """The requests in a second, and the seconds the stop took."""
    server = Server(command)
    create_roadmap(server, token, year)
    load = Load(server, token, year)
    start = time.monotonic()
    threads = load.start()
    time.sleep(1.0)
    before = time.monotonic()
    accepted = server.accepted()
    seconds = server.stop()
    for thread in threads:
        thread.join(20)
        need(not thread.is_alive(), "a client still waits for its answer")
    rate = sum(1 for one in load.requests if one.sent and one.sent < before) / (before - start)
    for one in load.requests:
        answered = one.outcome.startswith("answered")
        promised = one.sent is not None and one.sent < before and one.port in accepted
        need(one.outcome not in ("cut in the answer", "left without an answer"), f"round {year - FIRST_YEAR}: a {one.kind} was {one.outcome}")
        need(answered or not promised, f"round {year - FIRST_YEAR}: a {one.kind} that the server had accepted was {one.outcome}")
        need(not promised or one.status in (200, 201), f"round {year - FIRST_YEAR}: a {one.kind} under way was answered {one.status}: {one.said}")
        if one.status == 201:
            acknowledged.add(one.code)
        report[f"{one.kind}: {one.outcome}" + (f" {one.status}" if one.status else "")] += 1
    return rate, seconds


def stops(command: list[str], token: str) -> str:
    report: Counter[str] = Counter()
    years = range(FIRST_YEAR, FIRST_YEAR + ROUNDS)
    acknowledged: dict[int, set[str]] = {year: set() for year in years}
    rates, longest = [], 0.0
    for year in years:
        rate, seconds = one_stop(command, token, year, report, acknowledged[year])
        rates.append(rate)
        longest = max(longest, seconds)
    server = Server(command)
    try:
        lost = [code for year in years for code in acknowledged[year] - set(codes_stored(server, token, year))]
    finally:
        server.stop()
    need(not lost, f"{len(lost)} acknowledged writes are lost: {sorted(lost)[:5]}")
    for what, number in sorted(report.items()):
        print(f"      {number:7,}  {what}")
    return (f"{ROUNDS} stops under {min(rates):.0f} to {max(rates):.0f} requests/s: exit 0 within {longest:.1f} s each, no accepted "
            f"request unanswered, {sum(map(len, acknowledged.values())):,} acknowledged writes all there")


# --- (b) cut at any byte ----------------------------------------------------------------------------------------------


class CuttingProxy:
    """Passes bytes both ways and cuts most connections at some byte, of the request or of the answer."""

    def __init__(self, port: int, seed: int) -> None:
        self.target = port
        self.random = random.Random(seed)
        self.cuts: Counter[str] = Counter()
        self.listener = socket.create_server((HOST, 0), backlog=256)
        self.port = int(self.listener.getsockname()[1])
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            # The draws are made here, in one thread.
            way = self.random.choice(["request", "answer", "answer", "none"])
            byte = self.random.randrange(0, 700)
            threading.Thread(target=self.serve, args=(client, way, byte), daemon=True).start()

    def serve(self, client: socket.socket, way: str, byte: int) -> None:
        try:
            server = socket.create_connection((HOST, self.target), timeout=20)
        except OSError:
            client.close()
            return
        up = threading.Thread(
            target=self.pump, args=(client, server, byte if way == "request" else None, "request"), daemon=True
        )
        up.start()
        self.pump(server, client, byte if way == "answer" else None, "answer")
        up.join(20)
        client.close()
        server.close()

    def pump(self, source: socket.socket, sink: socket.socket, limit: int | None, way: str) -> None:
        passed = 0
        try:
            while data := source.recv(4_096):
                if limit is not None and passed + len(data) > limit:
                    sink.sendall(data[: limit - passed])
                    self.cuts[way] += 1
                    break
                sink.sendall(data)
                passed += len(data)
            else:
                sink.shutdown(socket.SHUT_WR)
                return
        except OSError:
            pass
        for one in (source, sink):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


@dataclass
class Keyed:
    """Writes with a key, sent again until they are answered."""

    proxy: CuttingProxy
    token: str
    ranks: list[int]
    tries: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)
    faults: list[str] = field(default_factory=list)

    def client(self) -> None:
        while True:
            with self.lock:
                if not self.ranks:
                    return
                rank = self.ranks.pop()
            try:
                self.until_answered(rank)
            except Failed as fault:
                with self.lock:
                    self.faults.append(str(fault))

    def until_answered(self, rank: int) -> None:
        data = message(
            "POST", f"/v1/roadmaps/TE-{CUTS_YEAR}/actions", self.token, action(f"K-{rank}"), f'Idempotency-Key: "faults-{rank}"',
            "Connection: close",
        )
        for _ in range(200):
            try:
                with Wire(HOST, self.proxy.port, 20) as wire:
                    wire.send(data)
                    answer = wire.answer()
            except (Closed, Broken, Silent, OSError, ValueError):
                self.note("tries cut")
                continue
            if answer.status == 409 and answer.problem() == "idempotency-in-progress" or answer.status == 503:
                self.note(f"{answer.status}, then tried again")
                time.sleep(0.02)
                continue
            need(answer.status == 201, f"{answer.status} {answer.problem()} for a write tried again with its key")
            self.note("answered from memory" if answer.value("idempotency-replayed") == "true" else "answered at first hand")
            return
        raise Failed("not answered after 200 tries")

    def note(self, what: str) -> None:
        with self.lock:
            self.tries[what] += 1


def keyed(command: list[str], token: str, seed: int) -> str:
    server = Server(command)
    try:
        create_roadmap(server, token, CUTS_YEAR)
        proxy = CuttingProxy(server.port, seed)
        work = Keyed(proxy, token, list(range(KEYED)))
        threads = [threading.Thread(target=work.client) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        proxy.listener.close()
        stored = codes_stored(server, token, CUTS_YEAR)
    finally:
        server.stop()
    need(not work.faults, f"{len(work.faults)} writes: {Counter(work.faults).most_common(3)} (seed {seed})")
    need(len(stored) == KEYED, f"{len(stored)} effects of {KEYED} writes (seed {seed})")
    need(work.tries["answered from memory"] > 0, "no write was answered from memory: the cuts prove nothing")
    said = ", ".join(f"{number:,} {what}" for what, number in sorted(work.tries.items()))
    return f"{KEYED:,} writes with a key, {sum(proxy.cuts.values()):,} connections cut: {said}; {len(stored):,} effects (seed {seed})"


# --- (c) more than is taken -------------------------------------------------------------------------------------------


def too_large(command: list[str], token: str) -> str:
    server = Server(command)
    slowest = 0.0
    try:
        for _ in range(20):
            data = message("POST", "/v1/roadmaps", token, None, "Content-Type: application/json", "Content-Length: 1000000000")
            with server.wire() as wire:
                start = time.monotonic()
                wire.send(data)
                answer = wire.answer()
                slowest = max(slowest, time.monotonic() - start)
                need(answer.problem() == "content-too-large", f"{answer.status} for a body of 1 GB")
    finally:
        server.stop()
    need(slowest < 0.1, f"413 after {1_000 * slowest:.0f} ms")
    return f"20 bodies of 1 GB, 413 within {1_000 * slowest:.0f} ms each"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokens", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 31))
    parser.add_argument("--keyed", action="store_true", help="the contract has Idempotency-Key")
    parser.add_argument("command", nargs="+")
    given = parser.parse_args()
    token = (given.tokens / "coordinator").read_text().strip()
    failures = 0
    scenes: list[tuple[str, Callable[[], str]]] = [("stops", lambda: stops(given.command, token))]
    scenes.append(("1 GB", lambda: too_large(given.command, token)))
    if given.keyed:
        scenes.append(("cuts", lambda: keyed(given.command, token, given.seed)))
    for name, scene in scenes:
        try:
            print(f"{name}: {scene()}")
        except (Failed, Closed, Broken, Silent, OSError) as fault:
            failures += 1
            print(f"FAILED {name}: {fault or type(fault).__name__}")
    if not given.keyed:
        print("cuts: left out, the contract has no Idempotency-Key")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

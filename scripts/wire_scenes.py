"""What takes time on the wire: clients that are slow, wait, come by thousands. All scenes play at once."""

from __future__ import annotations

import asyncio
import resource
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from wire_client import Answer, Broken, Closed, Silent, Wire
from wire_vectors import HOST, Table, get, request

HEAD_DEADLINE = 10.0
BODY_DEADLINE = 30.0
# What a busy machine may add to a deadline.
SLACK = 5.0
CROWD = 2_000


@dataclass
class Place:
    host: str
    port: int
    token: str

    def wire(self, patience: float = 5.0, receive_buffer: int | None = None) -> Wire:
        return Wire(self.host, self.port, patience, receive_buffer)

    @property
    def table(self) -> Table:
        return Table(self.token)


# What a scene says when it went as it must; otherwise it raises `Failed`.
class Failed(Exception):
    pass


Scene = Callable[[Place], str]


def need(condition: bool, otherwise: str) -> None:
    if not condition:
        raise Failed(otherwise)


def is_refusal(answer: Answer, status: int, slug: str) -> None:
    need(answer.status == status, f"{answer.status} instead of {status}")
    need(answer.problem() == slug, f"{answer.problem() or 'no problem'} instead of {slug}")
    need(answer.says_close(), f"{status} without Connection: close")


# --- Slow senders -----------------------------------------------------------------------------------------------------


def _drip(place: Place, first: bytes, drops: Callable[[int], bytes], every: float, deadline: float) -> str:
    """Sends drop by drop until the server has had enough, which must be a 408 at about the deadline."""
    with place.wire(patience=every) as wire:
        start = time.monotonic()
        wire.send(first)
        rank = 0
        while True:
            need(time.monotonic() - start < deadline + SLACK, f"not cut after {deadline + SLACK:.0f} s")
            drop = drops(rank)
            rank += 1
            if drop:
                wire.send(drop)
            try:
                answer = wire.answer()
            except Silent:
                continue
            except Closed:
                raise Failed(f"closed after {time.monotonic() - start:.1f} s without a word") from None
            seconds = time.monotonic() - start
            is_refusal(answer, 408, "request-timeout")
            need(wire.is_closed(), "408, and the connection stayed open")
            return f"408 after {seconds:.1f} s"


def _head_in_drops(place: Place) -> str:
    data = get("/livez", *[f"X-{rank}: b" for rank in range(20)])
    return _drip(place, b"", lambda rank: data[rank : rank + 1], 1.0, HEAD_DEADLINE)


def _fields_in_drops(place: Place) -> str:
    first = b"GET /livez HTTP/1.1\r\nHost: a\r\n"
    return _drip(place, first, lambda rank: f"X-{rank}: b\r\n".encode(), 1.0, HEAD_DEADLINE)


def _half_a_head(place: Place) -> str:
    return _drip(place, b"GET /livez HTTP/1.1\r\nHost: a\r\n", lambda _: b"", 1.0, HEAD_DEADLINE)


def _empty_lines(place: Place) -> str:
    with place.wire(patience=1.0) as wire:
        start = time.monotonic()
        while time.monotonic() - start < HEAD_DEADLINE + SLACK:
            wire.send(b"\r\n")
            try:
                answer = wire.answer()
            except Silent:
                continue
            except Closed:
                return f"closed after {time.monotonic() - start:.1f} s"
            need(answer.status in (400, 408) and answer.problem() is not None, f"{answer.status}")
            need(wire.is_closed(), f"{answer.status}, and the connection stayed open")
            return f"{answer.status} after {time.monotonic() - start:.1f} s"
    raise Failed("not cut")


def _second_head_in_drops(place: Place) -> str:
    """The deadline holds for every request of a connection, not for the first one only."""
    with place.wire() as wire:
        wire.send(get("/livez"))
        need(wire.answer().status == 200, "the first request")
        start = time.monotonic()
        wire.socket.settimeout(1.0)
        data = get("/livez", "X-A: " + "b" * 100)
        for rank in range(len(data)):
            need(time.monotonic() - start < HEAD_DEADLINE + SLACK, "not cut")
            wire.send(data[rank : rank + 1])
            try:
                answer = wire.answer()
            except Silent:
                continue
            except Closed:
                raise Failed("closed without a word") from None
            is_refusal(answer, 408, "request-timeout")
            return f"408 after {time.monotonic() - start:.1f} s"
    raise Failed("not cut")


def _silence(place: Place) -> str:
    """Who says nothing is let go without a word, or told 408."""
    with place.wire(patience=BODY_DEADLINE + SLACK) as wire:
        start = time.monotonic()
        try:
            answer = wire.answer()
        except Closed:
            return f"closed after {time.monotonic() - start:.1f} s"
        except Silent:
            raise Failed(f"not cut after {BODY_DEADLINE + SLACK:.0f} s") from None
        is_refusal(answer, 408, "request-timeout")
        return f"408 after {time.monotonic() - start:.1f} s"


def _half_a_body(place: Place) -> str:
    return _drip(place, place.table.post("Content-Length: 1000", body=b"{"), lambda _: b"", 1.0, BODY_DEADLINE)


def _body_in_drops(place: Place) -> str:
    return _drip(place, place.table.post("Content-Length: 1000", body=b"{"), lambda _: b" ", 1.0, BODY_DEADLINE)


def _chunks_in_drops(place: Place) -> str:
    first = place.table.post("Transfer-Encoding: chunked", body=b"1\r\n{\r\n")
    return _drip(place, first, lambda _: b"1\r\n \r\n", 1.0, BODY_DEADLINE)


def _chunk_size_in_drops(place: Place) -> str:
    return _drip(place, place.table.post("Transfer-Encoding: chunked"), lambda _: b"0", 1.0, BODY_DEADLINE)


def _trailers_in_drops(place: Place) -> str:
    first = place.table.post("Transfer-Encoding: chunked", body=b"2\r\n{}\r\n0\r\n")
    return _drip(place, first, lambda rank: f"X-{rank}: b\r\n".encode(), 1.0, BODY_DEADLINE)


def _body_at_half_the_rate(place: Place) -> str:
    first = place.table.put_plan("Content-Length: 10000000", body=b"{")
    return _drip(place, first, lambda _: b" " * 250, 0.5, BODY_DEADLINE)


def _body_never_sent_after_continue(place: Place) -> str:
    first = place.table.post("Expect: 100-continue", "Content-Length: 10")
    with place.wire(patience=BODY_DEADLINE + SLACK) as wire:
        wire.send(first)
        start = time.monotonic()
        need(wire.answer().status == 100, "no 100")
        try:
            is_refusal(wire.answer(), 408, "request-timeout")
        except Silent:
            raise Failed("not cut") from None
        except Closed:
            raise Failed("closed without a word") from None
        return f"408 after {time.monotonic() - start:.1f} s"


def _patient_body(place: Place) -> str:
    """Slow, but faster than what is asked: it must be read to its end."""
    size = 20_000
    with place.wire() as wire:
        start = time.monotonic()
        wire.send(place.table.post(f"Content-Length: {size}", body=b"{}"))
        sent = 2
        while sent < size:
            part = min(1_000, size - sent)
            need(wire.send(b" " * part), f"cut after {sent} bytes")
            sent += part
            time.sleep(0.4)
        answer = wire.answer()
        need(answer.status == 422, f"{answer.status} instead of 422")
        problem = wire.is_usable(HOST)
        need(problem is None, problem or "")
        return f"{size} bytes in {time.monotonic() - start:.1f} s"


# --- Expect -----------------------------------------------------------------------------------------------------------


def _continue(place: Place) -> str:
    with place.wire() as wire:
        wire.send(place.table.post("Expect: 100-continue", "Content-Length: 2"))
        try:
            need(wire.answer().status == 100, "no 100")
        except Silent:
            raise Failed("no 100") from None
        wire.send(b"{}")
        need(wire.answer().status == 422, "no answer after the body")
        problem = wire.is_usable(HOST)
        need(problem is None, problem or "")
        return "100, then 422"


def _no_continue(data: bytes, status: int, slug: str) -> Scene:
    """A refusal comes instead of 100; as the client may or may not send its body, the connection ends."""

    def scene(place: Place) -> str:
        with place.wire() as wire:
            start = time.monotonic()
            wire.send(data)
            try:
                answer = wire.answer()
            except Silent:
                raise Failed("no answer") from None
            is_refusal(answer, status, slug)
            need(wire.is_closed(), "stayed open")
            return f"{status} after {1_000 * (time.monotonic() - start):.0f} ms, no 100"

    return scene


# --- Slow readers -----------------------------------------------------------------------------------------------------


def _server_side_ends(place: Place, client_port: int) -> bool:
    """Whether the server has let go of the connection from that port: its socket is no longer established."""
    with open("/proc/net/tcp", encoding="ascii") as sockets:
        for line in sockets:
            words = line.split()
            if len(words) > 3 and words[1].endswith(f":{place.port:04X}") and words[2].endswith(f":{client_port:04X}"):
                return words[3] != "01"
    return True


def _reader(place: Place, bytes_each_second: int) -> str:
    with place.wire(receive_buffer=4_096) as wire:
        # More than the sockets between us can hold.
        wire.send(get("/openapi.json") * 200)
        start = time.monotonic()
        while time.monotonic() - start < BODY_DEADLINE + SLACK:
            time.sleep(1)
            if bytes_each_second:
                try:
                    wire.socket.recv(bytes_each_second)
                except OSError:
                    pass
            if _server_side_ends(place, wire.port):
                return f"cut after {time.monotonic() - start:.0f} s"
    raise Failed(f"not cut after {BODY_DEADLINE + SLACK:.0f} s")


def _reads_nothing(place: Place) -> str:
    return _reader(place, 0)


def _reads_a_little(place: Place) -> str:
    return _reader(place, 100)


def _patient_reader(place: Place) -> str:
    """Reads a big answer in ten seconds, which is fast enough."""
    with place.wire(receive_buffer=16_384) as wire:
        wire.send(get("/openapi.json", "Connection: close"))
        start, received = time.monotonic(), 0
        while True:
            try:
                data = wire.socket.recv(20_000)
            except OSError as error:
                raise Failed(f"cut after {received} bytes: {error}") from None
            if not data:
                break
            received += len(data)
            time.sleep(0.4)
        need(received > 100_000, f"cut after {received} bytes")
        return f"{received:,} bytes in {time.monotonic() - start:.1f} s"


# --- A crowd ----------------------------------------------------------------------------------------------------------


async def _one_of_the_crowd(place: Place, rank: int, stopped: asyncio.Event) -> tuple[float, int | None]:
    """A byte of a head each second: the seconds until it was let go, and the status it was told."""
    reader, writer = await asyncio.open_connection(place.host, place.port)
    start = time.monotonic()
    data = get("/livez", "X-A: " + "b" * 60)
    said = b""
    try:
        for offset in range(rank % 5, len(data)):
            writer.write(data[offset : offset + 1] if offset > rank % 5 else data[: offset + 1])
            try:
                said += await asyncio.wait_for(reader.read(4_096), 1.0)
            except TimeoutError:
                if time.monotonic() - start > BODY_DEADLINE + SLACK or stopped.is_set():
                    return (float("inf"), None)
                continue
            break
    except OSError:
        pass
    finally:
        writer.close()
    status = int(said[9:12]) if said[9:12].isdigit() else None
    return (time.monotonic() - start, status)


async def _play_crowd(place: Place, report: dict[str, object]) -> None:
    stopped = asyncio.Event()
    tasks = []
    for rank in range(CROWD):
        tasks.append(asyncio.create_task(_one_of_the_crowd(place, rank, stopped)))
        # Faster than this, the queue of connections to accept overflows, and the kernel waits a second.
        if rank % 50 == 49:
            await asyncio.sleep(0.02)
    report["open"] = time.monotonic()
    ended = [task for task in await asyncio.gather(*tasks, return_exceptions=True)]
    seconds = [one[0] for one in ended if isinstance(one, tuple)]
    report["refused"] = sum(1 for one in ended if not isinstance(one, tuple))
    report["longest"] = max(seconds, default=0.0)
    report["stuck"] = sum(1 for one in seconds if one == float("inf"))
    report["told"] = sum(1 for one in ended if isinstance(one, tuple) and one[1] == 408)


def _crowd(place: Place) -> str:
    report: dict[str, object] = {}
    crowd = threading.Thread(target=lambda: asyncio.run(_play_crowd(place, report)))
    crowd.start()
    requests, slowest, faults = 0, 0.0, []
    while crowd.is_alive():
        start = time.monotonic()
        try:
            with place.wire() as wire:
                wire.send(get("/v1/roadmaps/TE-2022", f"Authorization: Bearer {place.token}"))
                status = wire.answer().status
                if status != 200:
                    faults.append(f"{status}")
        except (Silent, Closed, Broken, OSError) as error:
            faults.append(type(error).__name__)
        requests += 1
        slowest = max(slowest, time.monotonic() - start)
        time.sleep(0.05)
    crowd.join()
    need(not faults, f"{len(faults)} of {requests} requests of another client failed: {sorted(set(faults))}")
    need(report["stuck"] == 0, f"{report['stuck']} of {CROWD} not cut after {BODY_DEADLINE + SLACK:.0f} s")
    return (f"{CROWD:,} slow clients, each cut within {report['longest']:.1f} s ({report['told']} told 408, "
            f"{report['refused']} not let in); {requests} requests of another all answered, the slowest in "
            f"{1_000 * slowest:.0f} ms")


def crowd_beyond(place: Place, most: int) -> str:
    """Beyond the cap, a client is told so (503) or waits outside; once the others leave, all is as before."""
    crowd: list[Wire] = []
    told = closed = waiting = 0
    try:
        for number in range(most + 50):
            wire = place.wire(patience=0.02)
            crowd.append(wire)
            if number < most:
                # The server counts a client once it serves it, on a busy machine some time after letting it in.
                wire.socket.settimeout(5)
                wire.send(get("/livez"))
                need(wire.answer().status == 200, f"client {number + 1} of {most} is not served")
        for wire in crowd[-50:]:
            wire.socket.settimeout(0.2)
            wire.send(get("/livez"))
            try:
                answer = wire.answer()
                need(answer.status in (200, 503), f"{answer.status}")
                need(answer.status != 200, "let in beyond the cap")
                need(answer.problem() == "unavailable", "503 without a problem")
                told += 1
            except Closed:
                closed += 1
            except (Silent, OSError):
                waiting += 1
    finally:
        for wire in crowd:
            wire.socket.close()
    time.sleep(1)
    for _ in range(20):
        with place.wire() as wire:
            wire.send(get("/livez"))
            need(wire.answer().status == 200, "not as before once they left")
    return f"50 clients beyond {most:,}: {told} told 503, {closed} closed, {waiting} left waiting; then all as before"


def scenes_of(place: Place) -> list[tuple[str, Scene]]:
    table = place.table
    wants = "Expect: 100-continue"
    text = request("POST /v1/roadmaps?dry_run=true HTTP/1.1", table.bearer, "Content-Type: text/plain", wants,
                   "Content-Length: 10")
    nowhere = request("POST /nothing HTTP/1.1", table.bearer, wants, "Content-Length: 10")
    return [
        ("a crowd of slow clients", _crowd),
        ("a head byte by byte", _head_in_drops),
        ("a head field by field", _fields_in_drops),
        ("half a head", _half_a_head),
        ("empty lines for ever", _empty_lines),
        ("a second head byte by byte", _second_head_in_drops),
        ("a client that says nothing", _silence),
        ("half a body", _half_a_body),
        ("a body byte by byte", _body_in_drops),
        ("chunks of a byte a second", _chunks_in_drops),
        ("the size of a chunk, byte by byte", _chunk_size_in_drops),
        ("trailers for ever", _trailers_in_drops),
        ("a body at 500 bytes a second", _body_at_half_the_rate),
        ("a body that never follows 100", _body_never_sent_after_continue),
        ("a body at 2 kB a second is read", _patient_body),
        ("Expect, then the body", _continue),
        ("Expect, too large", _no_continue(table.post(wants, "Content-Length: 1000000000"), 413, "content-too-large")),
        ("Expect, no token", _no_continue(table.post(wants, "Content-Length: 10", token=False), 401, "authentication-required")),
        ("Expect, another media type", _no_continue(text, 415, "unsupported-media-type")),
        ("Expect, no such address", _no_continue(nowhere, 404, "not-found")),
        ("a reader of nothing", _reads_nothing),
        ("a reader of 100 bytes a second", _reads_a_little),
        ("a reader of 50 kB a second gets all", _patient_reader),
    ]


def file_limit_is_high_enough() -> bool:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CROWD + 2_000
    if soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted if hard == -1 or hard >= wanted else hard, hard))
        except ValueError:
            return False
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0] >= wanted

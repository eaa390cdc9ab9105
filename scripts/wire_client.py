"""A client of raw bytes: sends what no library would, and reads answers one by one, exactly."""

from __future__ import annotations

import json
import socket
import time
from dataclasses import dataclass, field


class Closed(Exception):
    """The server closed the connection between two answers."""


class Broken(Exception):
    """What came is no answer, or only a part of one."""


class Silent(Exception):
    """Nothing came in time."""


@dataclass
class Answer:
    status: int
    fields: list[tuple[str, str]]
    body: bytes = b""
    seconds: float = 0.0
    version: str = "HTTP/1.1"
    reset_after: bool = field(default=False, compare=False)

    def value(self, name: str) -> str | None:
        found = [value for key, value in self.fields if key == name.lower()]
        return ", ".join(found) if found else None

    def says_close(self) -> bool:
        return "close" in (self.value("connection") or "").lower().replace(" ", "").split(",")

    def problem(self) -> str | None:
        """The slug of the problem in the body, or None when it is none."""
        if (self.value("content-type") or "").split(";")[0] != "application/problem+json":
            return None
        try:
            document = json.loads(self.body)
        except ValueError:
            return None
        if not isinstance(document, dict) or document.get("status") != self.status:
            return None
        kind = document.get("type")
        return kind.removeprefix("/problems/") if isinstance(kind, str) and kind.startswith("/problems/") else None


class Wire:
    """One connection. Every wait ends: at the answer, at the close, or after `patience` seconds."""

    def __init__(self, host: str, port: int, patience: float = 5.0, receive_buffer: int | None = None) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if receive_buffer is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(patience)
        self.socket.connect((host, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.patience = patience
        self.buffer = b""
        self.ended = False
        self.was_reset = False

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    @property
    def port(self) -> int:
        return int(self.socket.getsockname()[1])

    def send(self, data: bytes) -> bool:
        """Whether all of it left; a server that has answered already may stop reading."""
        try:
            self.socket.sendall(data)
        except OSError:
            return False
        return True

    def finish_sending(self) -> None:
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def fill(self) -> bool:
        """Reads once more; False at the end."""
        if self.ended:
            return False
        try:
            data = self.socket.recv(1 << 16)
        except TimeoutError as error:
            raise Silent from error
        except ConnectionResetError:
            self.was_reset = True
            data = b""
        if not data:
            self.ended = True
            return False
        self.buffer += data
        return True

    def answer(self, to_head: bool = False) -> Answer:
        """The next answer, interim ones (1xx) included."""
        start = time.monotonic()
        while b"\r\n\r\n" not in self.buffer:
            if not self.fill():
                if self.buffer:
                    raise Broken(f"cut in the fields of an answer: {self.buffer[:80]!r}")
                raise Closed
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        parts = lines[0].split(" ", 2)
        if len(parts) < 2 or not parts[0].startswith("HTTP/1.") or not parts[1].isdigit():
            raise Broken(f"not a status line: {lines[0][:80]!r}")
        fields = []
        for line in lines[1:]:
            name, colon, value = line.partition(":")
            if not colon or name != name.strip():
                raise Broken(f"not a field: {line[:80]!r}")
            fields.append((name.lower(), value.strip()))
        answer = Answer(int(parts[1]), fields, version=parts[0])
        if not (to_head or answer.status in (204, 304) or answer.status < 200):
            answer.body = self._body(answer)
        answer.seconds = time.monotonic() - start
        return answer

    def _body(self, answer: Answer) -> bytes:
        if (answer.value("transfer-encoding") or "").lower() == "chunked":
            body = b""
            while True:
                line = self._until(b"\r\n")
                size = int(line.split(b";")[0], 16)
                data = self._exactly(size + 2)
                if size == 0:
                    return body
                body += data[:-2]
        length = answer.value("content-length")
        if length is not None:
            if not length.isdigit():
                raise Broken(f"Content-Length: {length}")
            return self._exactly(int(length))
        while self.fill():
            pass
        body, self.buffer = self.buffer, b""
        return body

    def _until(self, end: bytes) -> bytes:
        while end not in self.buffer:
            if not self.fill():
                raise Broken("cut in a chunk's size")
        line, self.buffer = self.buffer.split(end, 1)
        return line

    def _exactly(self, length: int) -> bytes:
        while len(self.buffer) < length:
            if not self.fill():
                raise Broken(f"cut in a body: {len(self.buffer)} bytes of {length}")
        data, self.buffer = self.buffer[:length], self.buffer[length:]
        return data

    def is_closed(self, within: float = 2.0) -> bool:
        """Whether the server ends the connection by itself, having said nothing more."""
        self.socket.settimeout(within)
        try:
            while self.fill():
                if self.buffer:
                    return False
        except Silent:
            return False
        finally:
            self.socket.settimeout(self.patience)
        return not self.buffer

    def is_usable(self, host: str) -> str | None:
        """None when a further request gets its own answer and nothing else; else what went wrong.

        The probe answers 204, as no other request of these checks does: an answer too many would come before it.
        """
        if self.buffer:
            return f"unasked bytes after the answer: {self.buffer[:60]!r}"
        if not self.send(f"OPTIONS /v1/me HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()):
            return "closed when it should have stayed open"
        self.finish_sending()
        try:
            answer = self.answer()
        except Closed:
            return "closed when it should have stayed open"
        except Silent:
            return "open, but the next request got no answer"
        except Broken as error:
            return f"the next request: {error}"
        if answer.status != 204:
            return f"an answer too many, or the wrong one: {answer.status}"
        # The probe was the last request: the server has nothing more to say.
        try:
            while self.fill():
                pass
        except Silent:
            return "a client that has finished sending is not let go"
        return f"unasked bytes at the end: {self.buffer[:60]!r}" if self.buffer else None

"""Runs the Python snippets of a page one after the other, as a reader would, and compares what each prints with the text below it.

    check_snippets.py PAGE    the environment has what the snippets read (JALON_URL, JALON_TOKEN)
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
import tempfile
from pathlib import Path

FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def main(page: str) -> int:
    text = Path(page).read_text(encoding="utf-8")
    blocks = [(kind, code, text[: match.start()].count("\n") + 2) for match in FENCE.finditer(text) for kind, code in [match.groups()]]
    namespace: dict[str, object] = {"__name__": "snippets"}
    checked = 0
    # Snippets may leave files where they run.
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for (kind, code, line), following in zip(blocks, [*blocks[1:], ("", "", 0)]):
            if kind != "python":
                continue
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(compile("\n" * (line - 1) + code, page, "exec"), namespace)  # noqa: S102
            expected = following[1] if following[0] == "text" else ""
            if printed.getvalue() != expected:
                print(f"{page}:{line}: prints\n{printed.getvalue()}instead of\n{expected}", file=sys.stderr)
                return 1
            checked += 1
        os.chdir("/")
    print(f"{page}: {checked} snippets print what the page says")
    return 0 if checked else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

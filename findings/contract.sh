#!/usr/bin/env bash
# hishel 2.0.0, a cache for httpx: by default it does not follow the rules of HTTP caches. It keeps an answer that says
# `Cache-Control: no-cache` and `Vary: Authorization`, and gives it, unasked, to a request with another token. It follows
# them only with `rfc`; hishel 1.4.0 did so by default.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/python"
"$folder/python/bin/pip" install --quiet --disable-pip-version-check hishel==2.0.0 httpx==0.28.1
cd "$folder"
python/bin/python - <<'PYTHON'
import http.server
import importlib.metadata
import threading

from hishel import SqliteStorage
from hishel.httpx import CacheClient


class Handler(http.server.BaseHTTPRequestHandler):
    asked = 0

    def do_GET(self):
        Handler.asked += 1
        body = f"for {self.headers['Authorization']}".encode()
        self.send_response(200)
        self.send_header("Cache-Control", "no-cache")
        self.send_header("Vary", "Authorization")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}/"
seen = {}
for name, settings in {"default": {}, "rfc, private": {"rfc": {"shared": False}}}.items():
    Handler.asked = 0
    with CacheClient(storage=SqliteStorage(database_path=f"{name}.db"), **settings) as client:
        answers = [client.get(url, headers={"Authorization": f"Bearer {who}"}).text for who in ("one", "other")]
    seen[name] = answers, Handler.asked
    print(f"hishel {importlib.metadata.version('hishel')}, {name}: {answers}, the server was asked {Handler.asked} times")
server.shutdown()
assert seen["default"] == (["for Bearer one", "for Bearer one"], 1), seen
assert seen["rfc, private"] == (["for Bearer one", "for Bearer other"], 2), seen
PYTHON

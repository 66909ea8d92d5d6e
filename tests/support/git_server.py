"""A git remote over real HTTP: git's own http-backend behind a small server, which fails as often as it is told to."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@dataclass
class GitServer:
    """Its address, the statuses that it answers next whatever is asked, and what it was asked."""

    address: str
    failing: list[int] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@contextmanager
def git_server(repository: Path) -> Iterator[GitServer]:
    """Serve a bare repository, which anybody may push to."""

    class Handler(BaseHTTPRequestHandler):
        def do(self) -> None:
            told.asked.append(f"{self.command} {self.path}")
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if told.failing:
                self.send_error(told.failing.pop(0))
                return
            path, _, query = self.path.partition("?")
            sent = {
                "CONTENT_TYPE": "Content-Type",
                "HTTP_CONTENT_ENCODING": "Content-Encoding",
                "GIT_PROTOCOL": "Git-Protocol",
            }
            env = {name: self.headers.get(header, "") for name, header in sent.items()}
            env |= {"PATH_INFO": path, "QUERY_STRING": query, "REQUEST_METHOD": self.command, "REMOTE_USER": "ada"}
            env |= {"GIT_PROJECT_ROOT": str(repository), "GIT_HTTP_EXPORT_ALL": "1"}
            ran = subprocess.run(["git", "http-backend"], input=body, env=env, capture_output=True, check=True)
            head, _, content = ran.stdout.partition(b"\r\n\r\n")
            headers = dict(row.split(": ", 1) for row in head.decode().split("\r\n"))
            self.send_response(int(headers.pop("Status", "200 OK").split()[0]))
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do  # noqa: N815  (names that http.server asks for)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        told = GitServer(f"http://127.0.0.1:{server.server_port}/")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield told
        finally:
            server.shutdown()
            thread.join()

"""A mail server on loopback that takes every message (RFC 5321, as little of it as a client needs)."""

from __future__ import annotations

import email
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from socketserver import StreamRequestHandler, ThreadingTCPServer


@contextmanager
def mail_server() -> Iterator[tuple[str, list[Message]]]:
    """Give host:port of a mail server, and the messages that it received."""
    received: list[Message] = []

    class Session(StreamRequestHandler):
        def handle(self) -> None:
            self.say("220 here")
            while line := self.rfile.readline().decode().strip():
                word = line.split()[0].upper()
                if word == "DATA":
                    self.say("354 go on")
                    rows = iter(self.rfile.readline, b".\r\n")
                    received.append(email.message_from_bytes(b"".join(rows)))
                self.say("221 bye" if word == "QUIT" else "250 ok")
                if word == "QUIT":
                    return

        def say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    with ThreadingTCPServer(("127.0.0.1", 0), Session) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_address[1]}", received
        finally:
            server.shutdown()
            thread.join()

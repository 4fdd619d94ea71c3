"""The command as a process would run it, and a Migration Engine with scripted answers."""

import json
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from services.cli.main import main

EXPORT = (Path(__file__).parent / "copy.xml").read_text(encoding="utf-8")
LEFT = "id,total,note\n1,10.0,a\n2,20.0,<b>&\n3,30.0,c\n"
RIGHT = 'id,total,note\n1,10.005,a \n2,20.0,<script>x()</script>\n5,50,"$left"\n'


@pytest.fixture
def export(tmp_path):
    """A small export that converts without a remark."""
    path = tmp_path / "copy.xml"
    path.write_text(EXPORT)
    return path


@pytest.fixture
def files(tmp_path):
    """Two tables to compare, as CSV files."""
    left, right = tmp_path / "left.csv", tmp_path / "right.csv"
    left.write_text(LEFT)
    right.write_text(RIGHT)
    return left, right


def hear_interrupts():
    """A run in the background may have been told to ignore them, and what it starts inherits that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def run(monkeypatch, capfd):
    """run(*arguments) → (exit code, standard output, standard error)."""

    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["dataflow-ai", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        out, err = capfd.readouterr()
        return int(end.value.code or 0), out, err

    return call


class FakeEngine:
    """Answers by (method, path), each a list that is worked off; keeps the requests."""

    def __init__(self) -> None:
        self.answers: dict[tuple[str, str], list[tuple[int, object]]] = {}
        self.requests: list[tuple[str, str, dict[str, str], bytes]] = []
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self):
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                fake.requests.append((self.command, self.path, headers, body))
                status, content = fake.answers[self.command, self.path.split("?")[0]].pop(0)
                payload = content if isinstance(content, bytes) else json.dumps(content).encode()
                self.send_response(status)
                self.send_header("content-length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)

            do_GET = do_POST = _answer  # noqa: N815  # the names that http.server looks for

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def on(self, method: str, path: str, *answers: tuple[int, object]) -> None:
        self.answers[method, f"/api/v1/migration{path}"] = list(answers)

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def engine():
    fake = FakeEngine()
    yield fake
    fake.close()

"""`python -m services.sandbox`: serves until SIGTERM or Ctrl-C."""

from __future__ import annotations

import os
import signal
import sys
import threading

from services.runtime.settings import SettingsError, load_settings
from services.sandbox.app import make_server
from services.sandbox.settings import SandboxSettings


def main() -> int:
    """Exit code: 0; 1 where the port is taken; 2 for wrong settings."""
    try:
        settings = load_settings(SandboxSettings, os.environ)
        server = make_server(settings)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"The sandbox cannot listen on SANDBOX_PORT: {error.strerror}\n")
        return 1
    for number in (signal.SIGTERM, signal.SIGINT):
        # why a thread: shutdown waits for serve_forever, which this very thread runs
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    sys.stdout.write(f"Sample data at {server.url}\n")
    sys.stdout.flush()
    with server:
        server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())

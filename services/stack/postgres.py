"""Embedded PostgreSQL: one cluster in the stack's home, made once, with our own settings.

The server listens on a loopback port alone, asks for a generated password (SCRAM), and runs as a user without
rights when the stack is started by root. The wheel's own starter is not used: it hands back a dead server after
a kill.
"""

import contextlib
import hashlib
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from services.stack.account import Account
from services.stack.errors import StackError

DATABASE = "dataflow"
ROLE = "dataflow"
SUPERUSER = "postgres"
EXTENSIONS = ("vector", "pg_trgm")
START_SECONDS = 60.0

#: Settings that differ from PostgreSQL's defaults, and why.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # a socket path is limited to 107 bytes, and the port is needed anyway
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_error_statement": "panic",  # statements carry customers' data, which does not belong in a log
    "log_parameter_max_length": "0",
    "log_checkpoints": "off",
    "idle_in_transaction_session_timeout": "10min",
    "max_wal_size": "512MB",
}

#: For tests: survives a kill of the server, not a crash of the machine. Commits stay synchronous, so a killed
#: server loses nothing that was acknowledged.
THROWAWAY = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "64MB"}

ACCESS_RULES = "# every connection over loopback proves a password\nhost all all 127.0.0.1/32 scram-sha-256\n"


@dataclass(frozen=True)
class Cluster:
    """A data directory and all that is needed to start its server."""

    data: Path
    installation: Path
    account: Account | None
    port: int
    password: str
    durable: bool = True

    @property
    def name(self) -> str:
        """The cluster's name in process titles, unique for the data directory."""
        return f"dataflow-{hashlib.sha256(str(self.data).encode()).hexdigest()[:12]}"

    @property
    def url(self) -> str:
        """Address of the `dataflow` database for its owner, a role without special rights."""
        return self.address(ROLE, DATABASE)

    @property
    def admin_url(self) -> str:
        """Address of the maintenance database for the superuser."""
        return self.address(SUPERUSER, "postgres")

    def address(self, role: str, database: str) -> str:
        """postgresql:// URL of `database` for `role`, with the password."""
        return f"postgresql://{role}:{self.password}@127.0.0.1:{self.port}/{database}"

    def program(self, name: str) -> str:
        """Path of a PostgreSQL program, such as psql."""
        return str(self.installation / "bin" / name)

    def command(self, *, die_with_parent: bool = True) -> list[str]:
        """The command that becomes the server, in the foreground, with its log on standard error."""
        settings = SETTINGS | ({} if self.durable else THROWAWAY)
        settings |= {"port": str(self.port), "cluster_name": self.name}
        server = [self.program("postgres"), "-D", str(self.data)]
        server += [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        start = [sys.executable, "-m", "services.stack.child", "--cluster", str(self.data), self.name]
        start += ["--signal", "INT"] if die_with_parent else []
        start += ["--user", f"{self.account.uid}:{self.account.gid}"] if self.account else []
        return [*start, "--", *server]

    def psql(self, sql: str, database: str = "postgres") -> str:
        """Run `sql` as the superuser; rows come back one a line. StackError has the server's words."""
        command = [self.program("psql"), "-XqAtv", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", f"{self.port}"]
        done = subprocess.run(  # noqa: S603  # our own program and arguments
            [*command, "-U", SUPERUSER, "-d", database, "-c", sql],
            env={**os.environ, "PGPASSWORD": self.password, "PGOPTIONS": ""},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise StackError(f"PostgreSQL refused a statement: {done.stderr.strip()}")
        return done.stdout.strip()

    def serving_pid(self) -> int | None:
        """Process number of the server that holds the data directory and accepts connections, if there is one."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n")[0])
        except (FileNotFoundError, ValueError):  # not there, or being written
            return None
        return pid if self.accepts() else None

    def accepts(self) -> bool:
        """Whether a server on the port accepts connections now."""
        probe = [self.program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port), "-t", "2"]
        done = subprocess.run(probe, check=False, capture_output=True)  # noqa: S603  # our own program
        return done.returncode == 0

    def wait_ready(self, server: "subprocess.Popen[bytes]", seconds: float = START_SECONDS) -> None:
        """Return once the server accepts connections; StackError when it ends or takes over `seconds`."""
        deadline = time.monotonic() + seconds
        while self.serving_pid() != server.pid:
            if server.poll() is not None:
                raise StackError(f"PostgreSQL ended with status {server.returncode} while starting on {self.data}.")
            if time.monotonic() > deadline:
                raise StackError(f"PostgreSQL did not accept connections on port {self.port} in {seconds:.0f} s.")
            time.sleep(0.05)


def read_or_make_password(path: Path) -> str:
    """The password in `path` (mode 0600), made when the file is missing."""
    with contextlib.suppress(FileNotFoundError):
        return path.read_text().strip()
    password = secrets.token_urlsafe(24)
    with open(path, "x", opener=_private) as file:
        file.write(password + "\n")
    return password


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def setup_statements(password: str) -> Iterator[tuple[str, str]]:
    """(database, statement) pairs that make a fresh cluster ours. A password's alphabet needs no escaping."""
    yield "template1", f"ALTER ROLE {SUPERUSER} PASSWORD '{password}'"
    yield "template1", f"CREATE ROLE {ROLE} LOGIN PASSWORD '{password}'"
    for extension in EXTENSIONS:  # in the template, since pgvector's is reserved to the superuser
        yield "template1", f"CREATE EXTENSION {extension}"
    yield "template1", f"CREATE DATABASE {DATABASE} OWNER {ROLE}"

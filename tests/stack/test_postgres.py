"""The embedded PostgreSQL: made once, kept over restarts and kills, in reach of the account it runs as."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import asyncpg
import pytest

from services.stack import processes
from services.stack.account import account_for, state_directory
from services.stack.binaries import installation_for, installed, libraries
from services.stack.cluster_files import open_cluster
from services.stack.errors import StackError
from tests.throwaway_postgres import PostgresServer, running_postgres

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root changes accounts")


async def value(url: str, sql: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


@pytest.fixture(scope="module")
def own_server():
    with running_postgres() as server:
        yield server


async def test_a_database_has_pgvector_and_trigrams_for_a_role_without_rights(postgres_database):
    assert await value(postgres_database, "SELECT '[3,4]'::vector <-> '[0,0]'::vector") == pytest.approx(5.0)
    assert await value(postgres_database, "SELECT similarity('orders', 'order') > 0.5") is True
    assert await value(postgres_database, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False


async def test_the_cluster_is_utf8_utc_and_loopback_only(own_server):
    expected = {
        "server_encoding": "UTF8",
        "TimeZone": "UTC",
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "fsync": "off",
        "synchronous_commit": "on",
    }
    for name, setting in expected.items():
        assert await value(own_server.admin_url, f"SELECT current_setting('{name}')") == setting
    assert await value(own_server.url, "SELECT upper('żółć')") == "ŻÓŁĆ"


@pytest.mark.parametrize("role", ["dataflow", "postgres"])
async def test_a_wrong_password_is_refused(own_server, role):
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(f"postgresql://{role}:wrong@127.0.0.1:{own_server.port}/dataflow")


def test_the_password_is_for_its_owner_alone(own_server):
    mode = stat.S_IMODE((own_server.home / "postgres.password").stat().st_mode)
    assert mode == 0o600
    assert own_server.cluster.password not in own_server.log_tail(1000)
    assert own_server.cluster.password not in " ".join(own_server.cluster.command())


async def test_committed_data_survives_a_kill_of_the_server(own_server):
    await value(own_server.url, "CREATE TABLE kept (id int)")
    await value(own_server.url, "INSERT INTO kept VALUES (7)")
    own_server.kill()
    assert (own_server.cluster.data / "postmaster.pid").exists(), "a kill leaves the lock file"
    own_server.start()
    assert await value(own_server.url, "SELECT id FROM kept") == 7


async def test_a_lock_file_with_a_number_in_use_again_does_not_block_the_start(own_server):
    own_server.kill()
    lock = own_server.cluster.data / "postmaster.pid"
    with subprocess.Popen(["sleep", "60"], **_identity(own_server.cluster.account)) as other:
        lines = lock.read_text().splitlines()
        lock.write_text("\n".join([str(other.pid), *lines[1:]]) + "\n")
        own_server.start()
        assert other.poll() is None, "the unrelated process lives on"
        other.kill()
    assert await value(own_server.url, "SELECT 1") == 1


def _identity(account):
    return {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}


async def test_a_postmaster_that_lost_its_starter_is_replaced(own_server):
    """What a next start finds when the stack was killed and the platform has no death signal."""
    first = own_server.pid
    second = subprocess.Popen(own_server.cluster.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        own_server.cluster.wait_ready(second)
        assert own_server.cluster.serving_pid() == second.pid != first
    finally:
        second.send_signal(signal.SIGINT)
        second.wait(20)
    own_server.start()
    assert await value(own_server.url, "SELECT 1") == 1


def test_the_server_ends_with_the_process_that_started_it(tmp_path):
    tmp_path.chmod(0o711)
    script = textwrap.dedent(
        """
        import os, sys
        from pathlib import Path
        from tests.throwaway_postgres import PostgresServer
        server = PostgresServer(Path(sys.argv[1]))
        print(server.cluster.name, server.cluster.data, flush=True)
        os.kill(os.getpid(), 9)
        """
    )
    home = _reachable(tmp_path)
    done = subprocess.run([sys.executable, "-c", script, str(home)], capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    name, data = done.stdout.split()
    left = processes.wait_gone(processes.of_cluster(data, name), 15)
    shutil.rmtree(home.parent)
    assert left == []


def _reachable(tmp_path: Path) -> Path:
    """A home the server's account can reach; pytest's own folders are root's alone."""
    import tempfile

    base = Path(tempfile.mkdtemp(prefix="dataflow-test-"))
    base.chmod(0o711)
    home = base / "home"
    home.mkdir(mode=0o711)
    return home


def test_an_interrupted_first_start_is_made_anew(tmp_path):
    home = _reachable(tmp_path)
    try:
        partial = home / "postgres.new"
        partial.mkdir()
        (partial / "PG_VERSION").write_text("18\n")
        cluster = open_cluster(home, 1, durable=False)
        assert (cluster.data / "pg_hba.conf").read_text().splitlines()[-1].endswith("scram-sha-256")
        assert not partial.exists()
    finally:
        shutil.rmtree(home.parent)


def test_other_data_directories_are_refused_in_a_sentence(tmp_path):
    home = _reachable(tmp_path)
    try:
        (home / "postgres").mkdir(mode=0o755)
        (home / "postgres" / "notes.txt").write_text("not a database")
        with pytest.raises(StackError, match="is not a PostgreSQL data directory: move it away"):
            open_cluster(home, 1)
        (home / "postgres" / "PG_VERSION").write_text("15\n")
        with pytest.raises(StackError, match=r"made by PostgreSQL 15, the installed one is 18: .*pg_upgrade"):
            open_cluster(home, 1)
    finally:
        shutil.rmtree(home.parent)


async def test_a_lost_password_file_is_replaced():
    with running_postgres() as server:
        (server.home / "postgres.password").unlink()
        server.stop()
        server.cluster = open_cluster(server.home, server.port, durable=False)
        server.start()
        assert await value(server.url, "SELECT 1") == 1


def test_a_missing_wheel_is_a_sentence(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(StackError, match=r"run `make clean install`, or set DATABASE_URL"):
        installed()


@as_root
def test_a_home_out_of_reach_is_served_from_the_state_directory(tmp_path, monkeypatch):
    """As below /root: the checkout's folder is root's alone."""
    state = _reachable(tmp_path)
    state.chmod(0o755)
    monkeypatch.setenv("DATAFLOW_STATE_DIR", str(state))
    closed = tmp_path / "closed"
    home = closed / "checkout" / ".dataflow"
    home.mkdir(parents=True)
    closed.chmod(0o700)
    server = None
    try:
        server = PostgresServer(home)
        assert server.cluster.data.parent.parent == state
        assert server.cluster.data.parent.name.startswith("checkout-")
        assert server.cluster.psql("SELECT 1") == "1"
        again = open_cluster(home, server.port, durable=False)
        assert again.data == server.cluster.data
        _moved_keeps_and_copied_gets_its_own(closed, home, again.data)
    finally:
        if server is not None:
            server.remove()
        shutil.rmtree(state.parent)


def _moved_keeps_and_copied_gets_its_own(closed: Path, home: Path, data: Path) -> None:
    moved = closed / "moved" / ".dataflow"
    copied = closed / "copied" / ".dataflow"
    shutil.copytree(home.parent, copied.parent)
    assert open_cluster(copied, 1, durable=False).data != data
    home.parent.rename(moved.parent)
    assert open_cluster(moved, 1, durable=False).data == data
    moved.parent.rename(home.parent)
    assert open_cluster(home, 1, durable=False).data == data


@as_root
def test_binaries_out_of_reach_are_copied_once(tmp_path, monkeypatch):
    state = _reachable(tmp_path)
    state.chmod(0o755)
    monkeypatch.setenv("DATAFLOW_STATE_DIR", str(state))
    closed = tmp_path / "site-packages"
    package = installed().parent
    for folder in (package, libraries(package)):
        shutil.copytree(folder, closed / folder.name, symlinks=True)
    closed.chmod(0o700)
    monkeypatch.setattr("services.stack.binaries.installed", lambda: closed / package.name / "pginstall")
    try:
        account = account_for(tmp_path / "none")
        copy = installation_for(account)
        assert copy.is_relative_to(state)
        made = copy.stat().st_ctime_ns
        assert installation_for(account) == copy
        assert copy.stat().st_ctime_ns == made
        assert len(list(state.iterdir())) == 1, "no half copies"
        with running_postgres() as server:
            assert server.cluster.installation == copy
            assert server.cluster.psql("CREATE TABLE t (v vector(2)); SELECT 1", "template1") == "1"
    finally:
        shutil.rmtree(state.parent)


@as_root
def test_a_state_directory_others_can_change_is_refused(tmp_path, monkeypatch):
    tmp_path.chmod(0o777)
    monkeypatch.setenv("DATAFLOW_STATE_DIR", str(tmp_path))
    with pytest.raises(StackError, match="can be changed by other users"):
        state_directory()


@as_root
@pytest.mark.skipif(shutil.which("setpriv") is None, reason="setpriv is part of util-linux")
def test_a_normal_user_starts_it_as_oneself(tmp_path):
    """As user nobody, who keeps only the right to read the interpreter, wherever it is installed."""
    home = _reachable(tmp_path)
    os.chown(home, 65534, 65534)
    script = textwrap.dedent(
        """
        import os, sys
        from pathlib import Path
        from tests.throwaway_postgres import PostgresServer
        assert os.geteuid() != 0
        server = PostgresServer(Path(sys.argv[1]))
        assert server.cluster.account is None
        print(server.cluster.psql("SELECT 41 + 1"))
        server.remove()
        """
    )
    keep = ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *keep]
    done = subprocess.run([*command, sys.executable, "-c", script, str(home)], capture_output=True, text=True)
    shutil.rmtree(home.parent)
    assert (done.returncode, done.stdout.strip()) == (0, "42"), done.stderr


def test_the_folder_of_a_killed_test_run_is_removed_by_the_next():
    script = textwrap.dedent(
        """
        import os
        from tests.throwaway_postgres import running_postgres
        with running_postgres() as server:
            print(server.home, flush=True)
            os.kill(os.getpid(), 9)
        """
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    abandoned = Path(done.stdout.strip())
    assert abandoned.is_dir(), done.stderr
    with running_postgres() as server:
        assert not abandoned.exists()
        assert server.home.is_dir()

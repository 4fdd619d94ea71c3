"""Up and down with stand-in servers and a real PostgreSQL: starting, staying, dying, stopping."""

import asyncio
import signal
import stat
import subprocess
import time

import asyncpg
import pytest

from services.stack import processes

STANDINS = ("-m", "tests.stack.standins", "up")


def database_url(launched) -> str:
    password = (launched.home / "postgres.password").read_text().strip()
    return f"postgresql://dataflow:{password}@127.0.0.1:{launched.environment['POSTGRES_PORT']}/dataflow"


async def run_sql(url: str, sql: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def eventually(url: str, sql: str) -> object:
    """The value, once the server has recovered from a kill."""
    while True:
        try:
            return await run_sql(url, sql)
        except (asyncpg.CannotConnectNowError, ConnectionRefusedError):
            await asyncio.sleep(0.1)


def remaining_files(launched) -> set[str]:
    return {path.name for path in launched.home.iterdir()}


async def test_up_shows_where_things_are_stops_in_order_and_keeps_the_data(launch):
    stack = launch(*STANDINS).start()
    text = stack.text()
    for variable in ("COPILOT_SERVICE_PORT", "MIGRATION_SERVICE_PORT", "PROVIDER_GRPC_PORT", "POSTGRES_PORT"):
        assert f"127.0.0.1:{stack.environment[variable]}" in text
    assert "llm_unavailable" in text
    assert "all else works without one" in text
    assert "curl -sS -F file=@EXPORT.xml http://127.0.0.1:" in text
    assert "\x1b[" not in text, "plain where it is no terminal"
    await run_sql(database_url(stack), "CREATE TABLE kept AS SELECT 7 AS id")
    assert stat.S_IMODE((stack.home / "logs" / "postgres.log").stat().st_mode) == 0o600

    assert stack.stop() == 0
    assert stack.left() == []
    assert remaining_files(stack) == {"logs", "postgres", "postgres.password", "stops"}
    stops = (stack.home / "stops").read_text().split()
    assert stops[0] == "envoy", "clients are let go first"
    assert set(stops[1:-1]) == {"copilot", "migration", "retrieval", "provider"}
    assert stops[-1] == "sandbox"
    assert "Sandbox (sample data)" in text
    assert "database system is shut down" in (stack.home / "logs" / "postgres.log").read_text()

    stack.start()
    assert await run_sql(database_url(stack), "SELECT id FROM kept") == 7
    assert stack.stop(signal.SIGTERM) == 0
    assert stack.left() == []


async def test_a_killed_program_comes_back_and_its_workers_do_not_stay(launch):
    stack = launch(*STANDINS, STANDIN_WORKER="migration").start()
    for name in ("migration", "postgres", "envoy"):
        before = stack.of(name)
        server = next(process for process in before if "-c" not in process.cmdline()[1:2])
        server.kill()
        stack.wait_for(lambda name=name: f"{name} runs again" in stack.text())
        workers = [process for process in before if process != server]
        assert processes.wait_gone(workers, 5) == []
    stack.wait_for(lambda: stack.answers("migration"))
    assert await eventually(database_url(stack), "SELECT 1") == 1
    assert stack.stop() == 0
    assert stack.left() == []


@pytest.mark.slow
def test_a_killed_supervisor_is_replaced(launch):
    stack = launch(*STANDINS, STANDIN_WORKER="migration").start()
    before = stack.left()
    stack.of("supervisor")[0].kill()
    stack.wait_for(lambda: "The supervisor ended" in stack.text())
    stack.wait_for(lambda: len(stack.of("supervisor")) == 1 and len(stack.of("envoy")) == 1)
    assert processes.wait_gone(before, 10) == [], "nothing of the former programs stays"
    stack.wait_for(lambda: stack.answers("migration"))
    assert stack.stop() == 0
    assert stack.left() == []


@pytest.mark.slow
def test_a_killed_launcher_takes_everything_with_it(launch):
    stack = launch(*STANDINS, STANDIN_WORKER="copilot").start()
    everything = stack.left()
    stack.process.kill()
    stack.process.wait()
    stack.start()  # at once, while the former programs are still stopping
    assert processes.wait_gone(everything, 5) == []
    assert "Ended what an earlier run left behind." in stack.text()
    assert stack.stop() == 0
    assert stack.left() == []


@pytest.mark.slow
def test_killed_together_the_next_start_cleans_up(launch):
    stack = launch(*STANDINS, STANDIN_WORKER="migration").start()
    everything = stack.left()
    supervisor = stack.of("supervisor")[0]
    stack.process.kill()
    supervisor.kill()
    stack.process.wait()
    stack.start()
    assert processes.wait_gone(everything, 5) == []
    assert stack.stop() == 0
    assert stack.left() == []


def test_a_second_start_says_that_the_first_runs(launch):
    first = launch(*STANDINS).start()
    second = launch(*STANDINS)
    second.output = second.home.parent / "second"
    second.start(expect=f"is already running (process {first.process.pid})")
    assert second.process.wait(20) == 1
    assert first.process.poll() is None
    assert first.get("copilot", "/health").status_code == 200
    assert first.stop() == 0


@pytest.mark.slow
def test_a_program_that_cannot_start_ends_everything_with_its_last_words(launch):
    stack = launch(*STANDINS, STANDIN_FAILING="retrieval")
    stack.start(expect="retrieval cannot start.")
    assert stack.process.wait(60) == 1
    assert "the licence of the flux capacitor is missing" in stack.text()
    assert "Traceback" not in stack.text()
    assert stack.left() == []


def test_status_and_down(launch):
    stack = launch(*STANDINS)
    status = launch("-m", "services.stack", "status")
    status.output = status.home.parent / "status"
    status.start(expect="Nothing runs in")
    assert status.process.wait(20) == 1
    stack.start()
    stack.wait_for(lambda: status.start(expect="postgres").process.wait(20) == 0)
    assert status.text().count("RUNNING") == 7
    down = launch("-m", "services.stack", "down")
    down.output = down.home.parent / "down"
    down.start(expect="Stopped.")
    assert stack.process.wait(20) == 0
    assert stack.left() == []


async def test_with_a_database_and_a_server_elsewhere(launch, postgres_database):
    stack = launch(*STANDINS, DATABASE_URL=postgres_database, PROVIDER_ADDRESS="127.0.0.1:1")
    stack.start()
    assert "elsewhere, not started here" in stack.text()
    assert stack.all_postgres() == []
    assert stack.of("provider") == []
    assert len(stack.of("copilot")) == 1
    assert stack.of("copilot")[0].environ()["DATABASE_URL"] == postgres_database
    assert stack.stop() == 0
    assert stack.left() == []
    assert remaining_files(stack) == {"logs", "stops"}


def test_a_reader_that_left_does_not_keep_it_from_stopping(launch):
    """As `make run | head` or a terminal that was closed."""
    stack = launch(*STANDINS)
    stack.process = subprocess.Popen(
        stack.command, env=stack.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert stack.process.stdout.readline().startswith(b"Starting ")
    stack.process.stdout.close()
    time.sleep(1)
    stack.process.send_signal(signal.SIGTERM)
    stack.process.wait(60)
    assert stack.left() == []
    assert not (stack.home / "stack.lock").exists()


def test_a_stop_while_starting(launch):
    stack = launch(*STANDINS).start(expect="Starting ")
    assert stack.stop(signal.SIGTERM) == 0
    assert stack.left() == []

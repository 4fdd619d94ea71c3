"""The whole stack with its real programs, as `make run` starts it."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest

from services.stack import processes
from services.stack.settings import LISTENERS, REPOSITORY, SERVERS

UP = ("-m", "services.stack", "up")
SHARED = REPOSITORY.parent / "shared" / "corpus" / "powercenter"
OWN_EXPORT = REPOSITORY / "tests" / "cli" / "copy.xml"


def real_export() -> Path:
    """A real export where there is one beside the repository, else our own small one."""
    return next(SHARED.glob("*FLOWLINE_DEMO_JAFFLESHOP.xml"), OWN_EXPORT)


def command(stack, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], env=stack.environment, capture_output=True, text=True, timeout=120
    )


@pytest.fixture(scope="module")
def stack(module_launch):
    """One stack for the tests of this file; they leave it running."""
    return module_launch(*UP).start()


@pytest.mark.parametrize("listener", LISTENERS)
def test_health_and_readiness_over_both_ports(stack, listener):
    health = stack.get(listener, "/health")
    assert (health.status_code, health.json()["status"]) == (200, "healthy")
    ready = stack.get(listener, "/ready")
    expected = {"copilot": (503, "degraded", ["llm_unavailable"]), "migration": (200, "ready", [])}[listener]
    assert (ready.status_code, ready.json()["status"], ready.json()["reasons"]) == expected


@pytest.mark.parametrize("server", SERVERS)
def test_every_server_answers_the_standard_health_check(stack, server):
    address = f"127.0.0.1:{stack.environment[f'{server.upper()}_GRPC_PORT']}"
    done = command(stack, "-m", "services.stack", "probe", address)
    assert (done.returncode, done.stdout) == (0, f"{address}: SERVING\n")
    metrics = httpx.get(
        f"http://127.0.0.1:{stack.environment[f'{server.upper()}_METRICS_PORT']}/metrics", trust_env=False
    )
    assert metrics.status_code == 200


def test_the_table_says_what_is_degraded_and_why(stack):
    text = stack.text()
    assert "Copilot: degraded" in text
    assert (
        "llm_unavailable: conversation, free questions, pipelines from words and the agent need a language model"
        in text
    )
    assert "llm: ANTHROPIC_API_KEY is not set" in text
    assert "Migration Engine: ready" in text


@pytest.mark.parametrize("mount", ["/api/migration", "/api/v1/migration"])
def test_an_export_goes_in_and_pipelines_come_out_under_both_mounts(stack, mount):
    export = real_export()
    with httpx.Client(base_url=stack.url("migration", mount), trust_env=False, timeout=60) as client:
        job = client.post("/upload", files={"file": (export.name, export.read_bytes())}).json()
        assert job["status"] in {"completed", "completed_with_warnings"}, job
        listed = client.get("/jobs").json()
        assert job["job_id"] in {item["job_id"] for item in listed["items"]}
        report = client.get(f"/jobs/{job['job_id']}/report").json()
        assert report["total_objects"] == sum(row["total_objects"] for row in report["mappings"])
        download = client.get(f"/jobs/{job['job_id']}/download")
        assert "attachment" in download.headers["content-disposition"]
        assert download.text.count("\nnodes:") == len(report["mappings"])


def test_the_command_line_works_against_it(stack, tmp_path):
    url = f"--url={stack.url('migration', '')}"
    uploaded = command(stack, "-m", "services.cli.main", "upload", str(OWN_EXPORT), url)
    assert uploaded.returncode == 0, uploaded.stderr
    job = uploaded.stdout.split("job ")[1].split()[0]
    assert job in command(stack, "-m", "services.cli.main", "jobs", url).stdout
    report = command(stack, "-m", "services.cli.main", "report", job, url)
    assert json.loads(report.stdout)["job_id"] == job
    target = tmp_path / "copy.yaml"
    assert command(stack, "-m", "services.cli.main", "download", job, f"--out={target}", url).returncode == 0
    assert "name: m_copy" in target.read_text()
    refused = command(stack, "-m", "services.cli.main", "report", "0" * 8, url)
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr


def test_status_tells_programs_and_readiness(stack):
    done = command(stack, "-m", "services.stack", "status")
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("RUNNING") == 7
    assert "Copilot: degraded" in done.stdout


def test_the_services_around_are_sample_data_and_said_to_be(stack):
    url = f"http://127.0.0.1:{stack.environment['SANDBOX_PORT']}"
    assert "Sandbox (sample data)" in stack.text()
    assert url in stack.text()
    for path in ("/catalog/api/v1/tables?service=sap-hana", "/monitor/api/v1/alerts", "/pipelines/api/v1/pipelines"):
        assert httpx.get(f"{url}{path}", trust_env=False).status_code == 200
    for server in ("copilot", "retrieval"):
        environment = stack.of(server)[0].environ()
        assert environment["CATALOG_BASE_URL"] == f"{url}/catalog/api/v1"


def test_no_secret_is_in_a_log_or_on_a_command_line(stack):
    password = (stack.home / "postgres.password").read_text().strip()
    for path in stack.home.rglob("*.log"):
        assert password not in path.read_text(errors="replace"), path
    assert password not in (stack.home / "run" / "supervisord.conf").read_text()
    for process in stack.left():
        assert password not in " ".join(process.cmdline())


def ready(stack) -> bool:
    try:
        return stack.get("migration", "/ready").status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.slow
@pytest.mark.parametrize("program", ["migration", "postgres", "envoy"])
def test_after_a_kill_it_recovers_by_itself_and_the_jobs_are_there(stack, program):
    stack.wait_for(lambda: ready(stack))
    with httpx.Client(trust_env=False, timeout=60) as client:
        job = client.post(
            stack.url("migration", "/api/migration/upload"), files={"file": ("copy.xml", OWN_EXPORT.read_bytes())}
        ).json()["job_id"]
        victims = stack.of(program)
        for victim in victims:
            victim.kill()
        stack.wait_for(lambda: not any(processes.running(victim) for victim in victims))
        # /ready alone may still tell of the time before the kill
        stack.wait_for(lambda: ready(stack) and status_of(client, stack, job) == "completed")


def status_of(client, stack, job):
    """The job's status, "" while nothing answers."""
    try:
        return client.get(stack.url("migration", f"/api/migration/jobs/{job}/status")).json().get("status", "")
    except (httpx.TransportError, ValueError):
        return ""


OVER = {"completed", "completed_with_warnings", "failed"}


@pytest.mark.slow
@pytest.mark.parametrize("program", ["migration", "postgres"])
def test_killed_in_the_middle_of_an_upload_no_job_is_lost_and_nothing_hangs(stack, program, tmp_path):
    name = f"big-{program}.xml"
    generator = [sys.executable, "-m", "benchmarks.generate_powercenter", "--megabytes", "2", "--output"]
    subprocess.run([*generator, tmp_path / name], cwd=REPOSITORY, check=True)
    replies: list[str] = []

    def send() -> None:
        with httpx.Client(trust_env=False, timeout=120) as client:
            try:
                answer = client.post(
                    stack.url("migration", "/api/migration/upload"),
                    files={"file": (name, (tmp_path / name).read_bytes())},
                )
                replies.append(str(answer.status_code))
            except httpx.TransportError as error:
                replies.append(type(error).__name__)

    def job() -> dict:
        try:
            items = stack.get("migration", f"/api/migration/jobs?search={name}").json().get("items", [])
        except (httpx.TransportError, ValueError):
            return {}
        return items[0] if items else {}

    sender = threading.Thread(target=send)
    sender.start()
    stack.wait_for(lambda: job().get("status") in {"parsing", "converting", "validating"})
    for victim in stack.of(program):
        victim.kill()
    sender.join(130)
    assert replies, "the caller is answered, if only by a broken connection"
    stack.wait_for(lambda: ready(stack))
    stack.wait_for(lambda: job().get("status") in OVER, seconds=180)
    assert job()["status"] != "failed" or job()["status_reason"], "a failure says why"


def test_ctrl_c_leaves_nothing_and_the_data_stays(launch, home):
    own = launch(*UP).start()
    with httpx.Client(trust_env=False, timeout=60) as client:
        job = client.post(
            own.url("migration", "/api/migration/upload"), files={"file": ("copy.xml", OWN_EXPORT.read_bytes())}
        ).json()["job_id"]
    ports = [int(value) for name, value in own.environment.items() if name.endswith("_PORT")]
    assert own.stop(signal.SIGINT) == 0
    assert own.left() == []
    assert {path.name for path in home.iterdir()} == {"logs", "postgres", "postgres.password"}
    assert not _listening(ports)
    assert own.text().rstrip().endswith("Stopped.")

    own.start()
    assert job in own.get("migration", "/api/migration/jobs").text
    assert own.stop(signal.SIGTERM) == 0
    assert own.left() == []


def _listening(ports: list[int]) -> list[int]:
    import socket

    found = []
    for port in ports:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                found.append(port)
    return found


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="as a normal user the other tests are that already")
def test_as_a_normal_user(home, launch):
    """As user nobody, who keeps only the right to read the interpreter, wherever it is installed."""
    os.chown(home, 65534, 65534)
    keep = ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    # The supervisor asks with access(2), which knows nothing of that right, whether it may run a program.
    interpreter = home.parent / "python"
    interpreter.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    interpreter.chmod(0o755)
    script = (
        f"import sys; sys.executable = {str(interpreter)!r}; from services.stack.__main__ import main; main(['up'])"
    )
    own = launch("-c", script)
    own.command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *keep, *own.command]
    own.environment["HOME"] = str(home)
    own.start()
    assert {process.uids().effective for process in own.left()} == {65534}
    assert own.get("copilot", "/health").status_code == 200
    assert own.stop() == 0
    assert own.left() == []

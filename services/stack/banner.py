"""What the terminal shows once everything is up: addresses, what is degraded and why, three things to try."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.markup import escape

from services.stack.cluster_files import PASSWORD
from services.stack.health import RestClient
from services.stack.postgres import DATABASE, ROLE, Cluster
from services.stack.settings import LISTENERS, SERVERS, StackSettings

PLAIN_WIDTH = 200
ADDRESS_WIDTH = 22  # of most; longer ones stand out
TITLES = {
    "copilot": "Copilot",
    "migration": "Migration Engine",
    "retrieval": "Retrieval",
    "provider": "Provider",
}

#: What a reason of /ready means for the person at the terminal; why it is so, the server itself says.
REASONS = {
    "llm_unavailable": "conversation, free questions, pipelines from words and the agent need a language model; "
    "all else works without one. Set ANTHROPIC_API_KEY, or LLM_PROVIDER and what it needs, and start again",
    "pgvector_unavailable": "search by meaning is unavailable",
    "database_unavailable": "jobs cannot be taken; it is tried again all the time",
}


def make_console() -> Console:
    """Colour and boxes on a terminal, plain lines elsewhere."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=PLAIN_WIDTH, color_system=None)


def show(console: Console, settings: StackSettings, cluster: Cluster | None, rest: RestClient) -> None:
    """Print it all."""
    console.print()
    console.print("[bold]DataFlow AI is up.[/bold] Ctrl-C stops it and keeps the data.")
    for line in address_lines(settings, cluster, rest):
        console.print(f"  {line}", soft_wrap=True)
    console.print()
    for line in readiness_lines(settings, rest):
        console.print(line, soft_wrap=True)
    console.print("\n[bold]Try[/bold]")
    for command in commands(settings, rest):
        console.print(f"  {escape(command)}", soft_wrap=True)
    console.print()


def address_lines(settings: StackSettings, cluster: Cluster | None, rest: RestClient) -> Iterator[str]:
    """What listens where, a line each. The terminal wraps them, so that an address is never cut in two."""
    rows = list(_addresses(settings, cluster, rest))
    title_width = max(len(title) for title, _, _ in rows)
    for title, where, note in rows:
        line = f"{title:{title_width}}  {escape(where):{ADDRESS_WIDTH}}"
        yield f"{line}  [dim]{escape(note)}[/dim]" if note else line.rstrip()


def _addresses(settings: StackSettings, cluster: Cluster | None, rest: RestClient) -> Iterator[tuple[str, str, str]]:
    for name in LISTENERS:
        url = rest.url(settings.edge_endpoint(name), "")
        yield f"{TITLES[name]}, REST and gRPC", url, "pages: /docs, /health, /ready, /metrics"
    for server in reversed(SERVERS):
        metrics = settings.metrics_endpoint(server)
        here = f"metrics {metrics.reachable()}" if metrics else ""
        note = here if settings.runs_here(server) else "elsewhere, not started here"
        yield f"{TITLES[server]}, gRPC", settings.address(server), note
    if settings.runs_sandbox:
        url = f"http://{settings.sandbox_endpoint}"
        yield "Sandbox (sample data)", url, "catalog, pipelines, monitor, metadata; SANDBOX=off without"
    if cluster:
        where = f"postgresql://{ROLE}@127.0.0.1:{cluster.port}/{DATABASE}"
        yield "PostgreSQL", where, f"password in {_short(settings.home / PASSWORD)}"
        yield "Data", _short(cluster.data), ""
    else:
        yield "PostgreSQL", "yours", "DATABASE_URL"
    yield "Logs", _short(settings.logs), ""


def _short(path: Path) -> str:
    """Relative to where the reader is, if it is below."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def readiness_lines(settings: StackSettings, rest: RestClient) -> Iterator[str]:
    """A line for each server behind Envoy: ready, or degraded with the reasons of its /ready."""
    for name in LISTENERS:
        try:
            answer = rest.json(settings.edge_endpoint(name), "/ready")
        except (httpx.HTTPError, ValueError) as error:
            yield f"[red]{TITLES[name]}: /ready gives no answer[/red] ({escape(str(error))})"
            continue
        yield from _readiness(TITLES[name], answer)


def show_readiness(settings: StackSettings) -> None:
    """Print the readiness lines alone."""
    console, rest = make_console(), RestClient(settings)
    try:
        for line in readiness_lines(settings, rest):
            console.print(line, soft_wrap=True)
    finally:
        rest.close()


def _readiness(title: str, answer: dict[str, Any]) -> Iterator[str]:
    status = str(answer.get("status", "unknown"))
    if status == "ready":
        yield f"[green]{title}: ready[/green]"
        return
    yield f"[yellow]{title}: {escape(status)}[/yellow]"
    for reason in map(str, answer.get("reasons", [])):
        yield f"  {escape(reason)}{f': {escape(REASONS[reason])}' if reason in REASONS else ''}"
    for dependency in answer.get("dependencies", []):
        if not dependency.get("healthy"):
            yield f"  [dim]{escape(str(dependency.get('name')))}: {escape(str(dependency.get('detail')))}[/dim]"


def commands(settings: StackSettings, rest: RestClient) -> list[str]:
    """Three commands for another terminal, with the key where one is needed."""
    key = ' -H "Authorization: Bearer $DATAFLOW_API_KEY"' if settings.dataflow_api_keys.get_secret_value() else ""
    jobs = rest.url(settings.edge_endpoint("migration"), "/api/migration")
    insecure = " -k" if rest.scheme == "https" else ""
    return [
        f"curl -sS{insecure}{key} -F file=@EXPORT.xml {jobs}/upload",
        f"curl -sS{insecure}{key} {jobs}/jobs    # then {jobs}/jobs/JOB/report and /download",
        ".venv/bin/dataflow-ai convert EXPORT.xml --out pipelines/    # the same conversion, without a server",
    ]

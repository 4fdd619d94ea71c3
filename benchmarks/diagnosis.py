"""Diagnosis by rules: time for short messages and for logs of up to a mebibyte.

    python -m benchmarks.diagnosis

Every row is measured over ROUNDS calls of the pure core after one warm call; the catalogue is loaded once before.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from benchmarks import machine
from services.copilot.diagnose.catalogue import catalogue
from services.copilot.diagnose.diagnosis import Question, diagnose

ROUNDS = 200
MEBIBYTE = 1 << 20
INFO = "2026-11-22 10:11:12,123 INFO  [main] c.d.Runner - loaded 1234 rows into sales.orders, 0 errors, in {} ms\n"
NOISE = "2026-11-22 10:11:12,123 ERROR [main] c.d.Runner - part {} of something went wrong in no known way\n"
RETRY = "2026-11-22 10:11:12,123 WARN  [main] c.d.Runner - timeout, retrying part {}\n"
FAILURE = 'org.postgresql.util.PSQLException: ERROR: relation "sales.orders" does not exist\n'


def log_of(line: str, size: int, *, failure_at: float | None) -> str:
    lines = [line.format(number) for number in range(size // len(line))]
    if failure_at is not None:
        lines.insert(int(failure_at * len(lines)), FAILURE)
    return "".join(lines)


def cases() -> dict[str, Question]:
    return {
        "one line": Question(FAILURE),
        "a code alone": Question("23505", system="postgresql"),
        "unknown error": Question("the gizmo said no"),
        "64 KiB, failure in the middle": Question(logs=log_of(INFO, 65536, failure_at=0.5)),
        "1 MiB, failure at the end": Question(logs=log_of(INFO, MEBIBYTE, failure_at=1.0)),
        "1 MiB, no failure": Question(logs=log_of(INFO, MEBIBYTE, failure_at=None)),
        "1 MiB of warnings, failure in the middle": Question(logs=log_of(RETRY, MEBIBYTE, failure_at=0.5)),
        "1 MiB of unknown errors": Question(logs=log_of(NOISE, MEBIBYTE, failure_at=None)),
        "1 MiB in one line": Question(logs=log_of(INFO, MEBIBYTE, failure_at=0.001).replace("\n", " ")),
    }


def measured(call: Callable[[], object]) -> tuple[float, float]:
    """p50 and p95 in milliseconds."""
    call()
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        call()
        times.append((time.perf_counter() - started) * 1000)
    times.sort()
    return times[ROUNDS // 2], times[ROUNDS * 95 // 100]


def main() -> None:
    started = time.perf_counter()
    rules = len(catalogue().rules)
    print(f"{machine.described()}; {rules} rules, loaded in {(time.perf_counter() - started) * 1000:.0f} ms\n")
    print("| input | rule | p50 ms | p95 ms |\n|---|---|---|---|")
    for name, question in cases().items():
        p50, p95 = measured(lambda asked=question: diagnose(asked))  # type: ignore[misc] # why: bound at once
        print(f"| {name} | {diagnose(question).rule or '-'} | {p50:.2f} | {p95:.2f} |")


if __name__ == "__main__":
    main()

"""A transcript of every endpoint of the Copilot, as it comes out: written to docs/transcript.md.

    make local-llm &                                        # serves SmolLM2-135M on port 11434
    LLM_PROVIDER=local LOCAL_LLM_MODEL=smollm2-135m CHAT_MAX_TOKENS=256 make run
    .venv/bin/python -m benchmarks.transcript http://localhost:8090 > docs/transcript.md

Nothing is left out but the ends of long texts, and nothing is corrected: a model of 135 million parameters writes
little sense, and what the checks make of its answers is what the transcript is there to show.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

import httpx

LONGEST = 1_200
MOST_ITEMS = 6
TABLE = {
    "name": "customer",
    "columns": [
        {"name": "customer_id", "type": "bigint"},
        {"name": "msisdn", "type": "varchar(11)", "description": "phone number"},
        {"name": "revenue", "type": "decimal(12,2)"},
    ],
    "primary_key": ["customer_id"],
}
LEGACY = {
    "name": "KLIENT",
    "columns": [{"name": "ID_KLIENTA", "type": "number(12)"}, {"name": "NR_TEL", "type": "varchar2(20)"}],
}
GROUPED = "SELECT msisdn, SUM(revenue) FROM customer GROUP BY msisdn HAVING SUM(revenue) > 100"
EITHER = "SELECT DISTINCT customer_id FROM customer WHERE msisdn = '1' OR msisdn = '2'"
RULES = "msisdn must be a valid MSISDN and revenue is never negative"
REQUESTS: tuple[tuple[str, str, Any], ...] = (
    ("GET", "/provider/status", None),
    ("POST", "/chat", {"message": "What is a slowly changing dimension?"}),
    ("POST", "/chat", {"message": "Ile było aktywnych abonentów w styczniu 2026?"}),
    ("GET", "/chat/stream?message=Hello", None),
    ("POST", "/suggest", {"language": "sql", "prefix": "SELECT * FROM customer WHERE ", "schema": [TABLE]}),
    ("GET", "/insights?limit=2", None),
    ("POST", "/generate-pipeline", {"prompt": "Copy BILLING.INVOICE from SAP HANA to a Parquet file"}),
    ("POST", "/sql/generate", {"question": "What is the total revenue?", "tables": [TABLE]}),
    ("POST", "/sql/generate", {"question": "revenue by segment in 2025", "dialect": "snowflake"}),
    ("POST", "/sql/explain", {"sql": GROUPED}),
    ("POST", "/sql/optimize", {"sql": EITHER, "tables": [TABLE]}),
    ("POST", "/sql/validate", {"sql": "SELECT custmer_id FROM customer", "tables": [TABLE]}),
    ("POST", "/semantic/query", {"question": "ARPU by region in Q1 2026"}),
    ("GET", "/semantic/glossary?kind=metric", None),
    ("POST", "/diagnose", {"error_message": 'ERROR: duplicate key value violates unique constraint "orders_pkey"'}),
    ("POST", "/quality/generate-rules", {"description": RULES, "table": TABLE}),
    ("POST", "/agent/chat", {"message": "List the connections, then create a pipeline that copies invoices."}),
    ("POST", "/schema/match", {"source": LEGACY, "target": TABLE}),
    ("POST", "/describe/asset", {"fully_qualified_name": "sap-hana.HDB.BILLING.PAYMENT"}),
    ("POST", "/catalog/ask", {"question": "Which tables contain msisdn?"}),
    ("POST", "/rca/analyze", {"description": "dim_customer_load wrote no rows", "windowHours": 48}),
)


def shortened(value: Any) -> Any:
    """The same with the ends of long texts and lists left out, saying how much."""
    if isinstance(value, str) and len(value) > LONGEST:
        return f"{value[:LONGEST]}… ({len(value) - LONGEST:,} more characters)"
    if isinstance(value, list):
        left = len(value) - MOST_ITEMS
        return [*map(shortened, value[:MOST_ITEMS]), *([f"… ({left} more)"] if left > 0 else [])]
    if isinstance(value, dict):
        return {key: shortened(item) for key, item in value.items()}
    return value


def shown(reply: httpx.Response) -> str:
    if "event-stream" in reply.headers.get("content-type", ""):
        return streamed(reply.text)
    try:
        body = shortened(reply.json())
    except ValueError:
        return f"```\n{reply.text[:LONGEST]}\n```"
    return f"```json\n{json.dumps(body, indent=1, ensure_ascii=False)}\n```"


def streamed(text: str) -> str:
    """A stream of events: what its tokens say together, and its last event."""
    datas = [line.removeprefix("data: ") for line in text.splitlines() if line.startswith("data: ")]
    tokens = [json.loads(each).get("text", "") for each in datas[:-1]]
    last = json.dumps(shortened(json.loads(datas[-1])), indent=1, ensure_ascii=False)
    said = shortened("".join(tokens))
    return f"{len(tokens)} `token` events, together:\n\n```\n{said}\n```\n\nand, last:\n\n```json\n{last}\n```"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address", help="of the Copilot's REST port")
    parser.add_argument("--seconds", type=int, default=60, help="for each call")
    options = parser.parse_args()
    print("# Every endpoint, as it came out\n")
    print(
        "Written by `python -m benchmarks.transcript` before `make run` with its sandbox and the small local model of"
    )
    print("`make local-llm` (SmolLM2-135M, which writes little sense: what the checks make of it is the point).")
    print(
        f"Every call had {options.seconds} seconds and every answer in conversation 256 tokens (`CHAT_MAX_TOKENS`); a"
    )
    print("model of that size often writes on until it is stopped.")
    base, limit = f"{options.address}/api/v1/ai", {"grpc-timeout": f"{options.seconds}S"}
    with httpx.Client(base_url=base, timeout=300, trust_env=False, headers=limit) as client:
        for method, path, body in REQUESTS:
            reply = client.request(method, path, json=body)
            print(f"\n## {method} {path}\n")
            if body is not None:
                print(f"```json\n{json.dumps(body, ensure_ascii=False)}\n```\n")
            print(f"{reply.status_code}, `X-Copilot-Confidence: {reply.headers.get('x-copilot-confidence', '-')}`\n")
            print(shown(reply))
            print(f"{method} {path}: {reply.status_code}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())

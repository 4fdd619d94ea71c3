"""Random inputs for what reads other people's text: expressions and whole exports.

    python -m tests.fuzz --seconds 60

Each target makes cases from a seed and checks what must hold of any input: an answer or a refusal, no other failure,
SQL that parses, a bounded time. A case that breaks this is kept in a file, to be run again with `--replay`.
"""

"""Stored Procedure: never SQL of a row, so always by hand; the reason says when the tool calls it.

Source: PowerCenter Transformation Guide, "Stored Procedure Transformation" ("Specifying when it runs").
"""

from __future__ import annotations

from services.migration.rules.context import Context, NotConvertible, Outcome

MOMENTS = {
    "source pre load": "before the source is read",
    "source post load": "after the source is read",
    "target pre load": "before the target is written",
    "target post load": "after the target is written",
}


def convert(context: Context) -> Outcome:
    """Raises NotConvertible, always."""
    name = context.attribute("Stored Procedure Name") or context.name
    text = context.attribute("Call Text")
    moment = MOMENTS.get(context.attribute("Stored Procedure Type").lower(), "")
    if moment:
        raise NotConvertible(
            f"it calls the procedure {name} once, {moment}{f' ({text})' if text else ''}, and has no part in any row",
            f"Run the procedure as a task of the orchestration, {moment}.",
        )
    if not context.inputs:
        raise NotConvertible(
            f"it calls the procedure {name} where an expression names it (:SP.{context.name}); the export does not "
            "hold its body",
            "Write the procedure's logic as SQL where it is called.",
        )
    raise NotConvertible(
        f"it calls the procedure {name} of a database for each row, whose body the export does not hold",
        "Write the procedure's logic as SQL, or call it as a task before or after the pipeline.",
        needs_model=True,
    )

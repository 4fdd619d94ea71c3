"""Links are pairs of pins that name each other as partners; here they become links from stage to stage."""

from __future__ import annotations

from dataclasses import dataclass

from services.migration.parsers.datastage.containers import CONTAINER_KINDS, Flat
from services.migration.parsers.datastage.model import Record

TERMINALS = frozenset({"ContainerInput", "ContainerOutput", "StdStage", "ContainerInputStage", "ContainerOutputStage"})
"""Stages that only stand for a container's ends."""
NO_STAGES = frozenset({"JobDefn", "ContainerDefn", "ContainerView", "Annotation", "MetaTable"})


@dataclass(frozen=True, slots=True)
class Joint:
    """One link: the output pin of a stage and the input pin it leads to."""

    source: Record
    target: Record
    output: Record
    input: Record
    order: int  # place of the input pin among the target's


class Topology:
    """Stages and links of a flattened job. `loose`: output pins that lead nowhere."""

    def __init__(self, flat: Flat) -> None:
        self.flat = flat
        self.owner: dict[str, Record] = {}
        self.container_of = {stage: key for key, inner in flat.inner.items() for stage in inner}
        for record in flat.records.values():
            for pin in (*record.ids("InputPins"), *record.ids("OutputPins")):
                self.owner.setdefault(pin, record)
        self.loose: list[Record] = []
        self.stages = [record for record in flat.records.values() if self._is_stage(record)]
        self._known = {stage.identifier for stage in self.stages}
        self.joints = [joint for stage in self.stages for joint in self._leaving(stage)]

    def _is_stage(self, record: Record) -> bool:
        if record.kind in NO_STAGES or record.kind in TERMINALS or not record.kind:
            return False
        if record.kind in CONTAINER_KINDS and record.identifier in self.flat.inner:
            return False
        return (
            bool(record.get("StageType"))
            or record.kind.endswith(("Stage", "Activity"))
            or bool(record.get("InputPins") or record.get("OutputPins"))
        )

    def _leaving(self, stage: Record) -> list[Joint]:
        found: list[Joint] = []
        for name in stage.ids("OutputPins"):
            pin = self.flat.records.get(name)
            if pin is None:
                continue
            reached = self._reached(pin)
            target = self.owner[reached.identifier] if reached is not None else None
            if reached is None or target is None or target.identifier not in self._known:
                self.loose.append(pin)
                continue
            order = target.ids("InputPins").index(reached.identifier)
            found.append(Joint(stage, target, pin, reached, order))
        return found

    def _reached(self, pin: Record) -> Record | None:
        """The input pin of a stage that an output pin leads to, through containers' walls."""
        current: Record | None = pin
        seen: set[str] = set()
        while current is not None and current.identifier not in seen:
            seen.add(current.identifier)
            following = self._partner(current)
            if following is None or self.owner[following.identifier].kind in TERMINALS:
                current = self._outside(current)
                continue
            inner: Record | None = following
            while inner is not None and (stage := self.owner[inner.identifier]).identifier in self.flat.inner:
                inner = self._inside(stage, inner)
            if inner is not None and inner.identifier in self.owner[inner.identifier].ids("InputPins"):
                return inner
            current = None
        return None

    def _partner(self, pin: Record) -> Record | None:
        for name in reversed(pin.ids("Partner")):
            found = self.flat.records.get(name)
            if found is not None and found.identifier in self.owner:
                return found
        return None

    def _outside(self, pin: Record) -> Record | None:
        """The container's own output pin for a pin within it that has no partner there."""
        stage = self.owner.get(pin.identifier)
        container = self.flat.records.get(self.container_of.get(stage.identifier, "")) if stage else None
        if container is None:
            return None
        loose = self._loose_pins(container, "OutputPins")
        return self._matched(pin, loose, container.ids("OutputPins"))

    def _inside(self, container: Record, pin: Record) -> Record | None:
        """The pin within a container for one of its own input pins."""
        loose = self._loose_pins(container, "InputPins")
        by_name = next((one for one in loose if one.name == pin.name), None)
        if by_name is not None:
            return by_name
        pins = container.ids("InputPins")
        place = pins.index(pin.identifier) if pin.identifier in pins else len(loose)
        return loose[place] if place < len(loose) else None

    def _matched(self, pin: Record, loose: list[Record], outer: list[str]) -> Record | None:
        pins = [self.flat.records[name] for name in outer if name in self.flat.records]
        by_name = next((one for one in pins if one.name == pin.name), None)
        if by_name is not None:
            return by_name
        place = next((index for index, one in enumerate(loose) if one.identifier == pin.identifier), len(pins))
        return pins[place] if place < len(pins) else None

    def _loose_pins(self, container: Record, side: str) -> list[Record]:
        """Pins of the stages within a container that no pin within it is the partner of."""
        found = []
        for name in self.flat.inner.get(container.identifier, ()):
            stage = self.flat.records.get(name)
            for pin_name in stage.ids(side) if stage is not None and stage.kind not in TERMINALS else ():
                pin = self.flat.records.get(pin_name)
                if pin is not None and self._leads_out(pin, container):
                    found.append(pin)
        return found

    def _leads_out(self, pin: Record, container: Record) -> bool:
        partner = self._partner(pin)
        if partner is None:
            return True
        owner = self.owner[partner.identifier]
        return owner.kind in TERMINALS or owner.identifier == container.identifier

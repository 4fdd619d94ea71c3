"""Settings: read once from the environment into a frozen object; all problems are listed together.

A field `grpc_port` is the variable GRPC_PORT. The same variable with the server's name before it
(MIGRATION_GRPC_PORT) wins, so one environment can serve all servers. An empty variable counts as not set.
Constructing a class directly reads no environment: the defaults and what is passed, which is what tests want.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, TypeVar, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, SecretStr, ValidationError
from pydantic.fields import FieldInfo


def _split(value: object) -> object:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


CommaSeparated = Annotated[tuple[str, ...], BeforeValidator(_split)]
"""A tuple of strings, written `a,b,c` in the environment."""


class SettingsError(Exception):
    """The environment cannot be used. `problems` has one line for each thing to repair; no line shows a
    secret."""

    def __init__(self, service: str, problems: tuple[str, ...]) -> None:
        self.problems = problems
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        lines = "\n".join(f"  - {problem}" for problem in problems)
        super().__init__(f"The {service} server cannot start, {count} in its settings:\n{lines}")


class Settings(BaseModel):
    """Base of every settings class. Each field needs a description: it becomes `--help` and
    docs/settings.md."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, validate_default=False)

    service: ClassVar[str] = "server"
    """Name of the server; upper case and "_" is the prefix that wins."""

    def conflicts(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """(fields, sentence) for settings that are each fine but wrong together. Subclasses extend with
        `yield from`."""
        yield from ()


S = TypeVar("S", bound=Settings)


def variable(name: str) -> str:
    """The environment variable of a field."""
    return name.upper()


def meaning(cls: type[Settings], name: str) -> str:
    """Description of a field; where a subclass only gives another default, that of the class it overrides."""
    for base in cls.__mro__:
        field = base.model_fields.get(name) if issubclass(base, Settings) else None
        if field is not None and field.description:
            return field.description
    return ""


def is_secret(field: FieldInfo) -> bool:
    return field.annotation is SecretStr or SecretStr in get_args(field.annotation)


def _given(cls: type[Settings], environ: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """field → (variable it came from, text)."""
    found: dict[str, tuple[str, str]] = {}
    for name in cls.model_fields:
        for candidate in (f"{cls.service.upper()}_{variable(name)}", variable(name)):
            if environ.get(candidate, "").strip():
                found[name] = (candidate, environ[candidate].strip())
                break
    return found


def load_settings(cls: type[S], environ: Mapping[str, str]) -> S:
    """The settings of `cls` from `environ`. Raises SettingsError with every problem, conflicts included."""
    given = _given(cls, environ)
    problems: dict[str, str] = {}
    try:
        settings = cls(**_texts(given))
    except ValidationError as error:
        problems = _field_problems(cls, given, error)
        # the sound fields with defaults for the rest, so that conflicts are listed in the same message
        sound = {name: text for name, text in _texts(given).items() if name not in problems}
        if any(field.is_required() and name not in sound for name, field in cls.model_fields.items()):
            raise SettingsError(cls.service, tuple(problems.values())) from None
        settings = cls(**sound)
    messages = [*problems.values(), *conflict_messages(settings, skip=set(problems))]
    if messages:
        raise SettingsError(cls.service, tuple(messages))
    return settings


def _texts(given: dict[str, tuple[str, str]]) -> dict[str, Any]:
    return {name: text for name, (_, text) in given.items()}


def _field_problems(cls: type[Settings], given: dict[str, tuple[str, str]], error: ValidationError) -> dict[str, str]:
    problems: dict[str, str] = {}
    for item in error.errors(include_input=False, include_url=False):
        name = str(item["loc"][0]) if item["loc"] else ""
        field = cls.model_fields.get(name)
        source, text = given.get(name, (variable(name), ""))
        shown = f"={text}" if text and field is not None and not is_secret(field) else ""
        message = item["msg"].removeprefix("Value error, ").removeprefix("Input ")
        about = meaning(cls, name)
        problems.setdefault(name, f"{source}{shown}: {message}" + (f" ({about})" if about else ""))
    return problems


def conflict_messages(settings: Settings, skip: set[str] | None = None) -> list[str]:
    """The sentences of `settings.conflicts()`, leaving out those about fields named in `skip`."""
    return [text for fields, text in settings.conflicts() if not (skip or set()).intersection(fields)]


def check_conflicts(settings: Settings) -> None:
    """Raise SettingsError where settings made without `load_settings` contradict each other."""
    messages = conflict_messages(settings)
    if messages:
        raise SettingsError(settings.service, tuple(messages))

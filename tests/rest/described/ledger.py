"""The ledger of a check: what was sent, what was answered, and each way in which it is not as described."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.rest.described.description import fields_of, name_of
from tests.rest.described.requests import examples_of
from tests.rest.described.schemas import Finding, find_differences, find_disorder, shown, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.rest.described.description import Description, Operation
    from tests.rest.described.requests import Request


@dataclass
class Difference:
    """One way in which the sandbox is not as described, by its stable name, and where that was seen first."""

    name: str
    found: str
    said: str
    where: str

    def __str__(self) -> str:
        return f"{self.name}\n    where: {self.where}\n    found: {self.found}\n    the description says: {self.said}"


@dataclass
class Ledger:
    """Notes every exchange of a check. `differences` are those of what was answered so far."""

    description: Description
    differences: dict[str, Difference] = field(default_factory=dict)
    sent: set[tuple[str, str]] = field(default_factory=set)
    absent: set[str] = field(default_factory=set)
    """Functions that there are not, by their HTTP status: each is one difference, not many."""
    _seen: dict[str, dict[str, set[str]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(set)))
    """By schema and place, what was seen there, in words."""
    _errors: set[tuple[str, str, int, str]] = field(default_factory=set)
    """Module, place, code and text of every error that was answered."""

    def note_request(self, operation: Operation, request: Request, status: int, answer: Any) -> None:
        """Note what a request that the description allows was answered: any error code is a difference."""
        self.sent |= {(operation.title, example) for example in request.covers}
        if str(status) not in operation.answers:
            return
        codes = sorted({value for where, value in walk(answer) if _is_code(where) and value not in (0, None)})
        if codes:
            name = f"{request.name}={','.join(map(str, codes))}"
            sent = shown(request.body if request.body is not None else dict(each[1:] for each in request.parameters))
            self._add(Finding(name, shown(answer), f"that this is allowed: {sent}"), operation.title)

    def note_answer(self, operation: Operation, status: int, content_type: str, answer: Any) -> None:
        """Hold an answer against the schema of its operation and HTTP status."""
        schema = operation.schema_of(str(status))
        if schema is None:
            self.absent.add(operation.function)
            self._add(
                Finding(f"{operation.function}:{status}", f"HTTP {status}, {shown(answer)}", _statuses(operation)),
                operation.title,
            )
            return
        if content_type not in operation.answers[str(status)]:
            said = ", ".join(operation.answers[str(status)])
            self._add(Finding(f"{operation.function}:content-type", content_type, said), operation.title)
        self.note_value(operation, str(status), answer, operation.title)

    def note_value(self, operation: Operation, status: str, answer: Any, where: str) -> None:
        """Hold a value against the schema that an operation's answers have: an answer, or a delivery report."""
        schema = operation.schema_of(status)
        assert schema is not None
        name = name_of(schema) or operation.function
        findings = find_differences(self.description.strict(schema), answer)
        if findings and isinstance(answer, dict) and answer.get("error"):
            name, findings = self._as_error(name, findings, answer)
        findings += find_disorder(operation.answer_examples(status), answer)
        for finding in findings:
            separator = "" if finding.name[0] in ":=" else "."
            self._add(finding._replace(name=f"{name}{separator}{finding.name}"), where)
        self._remember(operation, name, answer)

    def _as_error(self, name: str, findings: list[Finding], answer: Any) -> tuple[str, list[Finding]]:
        """Take an error that is the whole answer for one of the general form, if it is more like that."""
        schema = {"$ref": "#/components/schemas/ErrorResponse"}
        if self.description.is_dangling(schema):
            return name, findings
        general = find_differences(self.description.strict(schema), answer)
        return (name_of(schema), general) if len(general) < len(findings) else (name, findings)

    def _remember(self, operation: Operation, name: str, answer: Any) -> None:
        for where, value in walk(answer):
            self._seen[name][where].add(str(value) if isinstance(value, str | int) else "")
            if isinstance(value, dict) and value.get("error"):
                code, text = value["error"], str(value.get("errorDescription"))
                self._errors.add((operation.module, where, code, text))

    def _add(self, finding: Finding, where: str) -> None:
        self.differences.setdefault(finding.name, Difference(*finding, where))

    def unsent(self) -> list[str]:
        """List the examples that no request has held."""
        return sorted(
            f"{operation.title}: {example}"
            for operation in self.description.operations
            for example in examples_of(self.description, operation)
            if (operation.title, example) not in self.sent
        )

    def found(self) -> dict[str, Difference]:
        """Tell all differences by name: of what was answered, and of what never was."""
        return self.differences | self._unseen()

    def _unseen(self) -> dict[str, Difference]:
        """Tell what is described and was never answered: fields, words of enumerations, errors of the examples."""
        missing: dict[str, Difference] = {}
        for operation in self.description.operations:
            if operation.function not in self.absent:
                for finding in [*self._unseen_fields(operation), *self._unseen_errors(operation)]:
                    missing.setdefault(finding.name, Difference(*finding, f"every answer to {operation.title}"))
        return missing

    def _unseen_fields(self, operation: Operation) -> Iterator[Finding]:
        for status in operation.answers:
            schema = operation.schema_of(status) or {}
            name = name_of(schema) or operation.function
            seen = self._seen[name]
            if not seen:
                yield Finding(f"{name}:never", "nothing", f"that there are such answers, with HTTP {status}")
                continue
            for where, field_schema in fields_of(self.description.strict(schema)):
                around = where.rpartition(".")[0].removesuffix("[]")
                if where not in seen and around in seen:  # what never came itself holds nothing else
                    yield Finding(f"{name}.{where}:never", "nothing", "that there is such a field")
                for word in field_schema.get("enum", ()) if where in seen else ():
                    if word is not None and str(word) not in seen[where]:
                        yield Finding(f"{name}.{where}={word}:never", ", ".join(sorted(seen[where])), f"{word}, too")

    def _unseen_errors(self, operation: Operation) -> Iterator[Finding]:
        for example in operation.answer_examples("200"):
            for where, value in walk(example):
                if isinstance(value, dict) and value.get("error"):
                    code, text = value["error"], value["errorDescription"]
                    places = {
                        at for module, at, *error in self._errors if (module, *error) == (operation.module, code, text)
                    }
                    if where not in places:
                        place = f"{where}.error" if where else "error"
                        yield Finding(
                            f"{operation.module}.{place}={code}:{'elsewhere' if places else 'never'}",
                            self._text_of(operation.module, code),
                            f"error {code}, {text} ({where or 'the whole answer'})",
                        )
        general = self.description.schemas.get("ErrorResponse", {}).get("properties", {})
        code, text = (general.get(each, {}).get("example") for each in ("error", "errorDescription"))
        if code is not None and all((code, text) != each[2:] for each in self._errors):
            found = sorted({each[2] for each in self._errors if each[3] == text})
            yield Finding(f"error.error={code}:never", f"{text}: {found}", f"error {code}, {text}")

    def _text_of(self, module: str, code: int) -> str:
        texts = sorted(
            {
                f"{text} ({where or 'the whole answer'})"
                for at, where, c, text in self._errors
                if (at, c) == (module, code)
            }
        )
        return ", ".join(texts) or "never such an error"


def _is_code(where: str) -> bool:
    return where == "error" or where.endswith(".error")


def _statuses(operation: Operation) -> str:
    return f"HTTP {' or '.join(operation.answers)}"

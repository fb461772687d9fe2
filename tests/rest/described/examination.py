"""An examination: a real sandbox is asked everything that a description speaks of, and more that provokes errors."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.rest.described.requests import Request, requests_of

if TYPE_CHECKING:
    from tests.conftest import Client
    from tests.rest.described.description import Description, Operation
    from tests.rest.described.ledger import Ledger

BEGAN = "2024-12-24T00:00:00Z"
"""Before the times for which the description's examples are scheduled, and less than a year."""
SCENARIO = """
clock: {start: 2024-12-24T00:00:00Z, manual: true}
first_id: %s
account: {balance: 1000000}
incoming:
  - {msisdn: "380953227271", originator: BSG, text: "Yes", at: 0s}
"""


class Examiner:
    """Asks one server, each time with an account of its own unless told otherwise, and notes all answers."""

    def __init__(self, client: Client, ledger: Ledger) -> None:
        self.client = client
        self.ledger = ledger
        self.description: Description = ledger.description
        self._accounts = 0

    def new_key(self, scenario: str = "first-1") -> str:
        """Make up the key of an account that runs a scenario."""
        self._accounts += 1
        return f"test_{scenario}.{self._accounts}"

    async def ask(self, operation: Operation, request: Request, key: str) -> Any:
        """Send a request that the description allows, and note what is answered."""
        status, answer = await self._send(operation, request, key)
        self.ledger.note_request(operation, request, status, answer)
        return answer

    async def provoke(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = None,
        text: str | None = None,
        **named: str,
    ) -> Any:
        """Send what the description need not allow: only the form of the answer is looked at."""
        places = tuple(("path" if f"{{{name}}}" in path else "query", name, value) for name, value in named.items())
        operation = self.description.operation(method, f"/rest{path}")
        request = Request("", body, places)
        return (await self._send(operation, request, self.new_key() if key is None else key, text))[1]

    async def advance(self, key: str, duration: str) -> None:
        answer = await self.client.post(f"/_mock/accounts/{key}/clock", json={"advance": duration})
        assert answer.status == 200, await answer.text()

    async def _send(self, operation: Operation, request: Request, key: str, text: str | None = None) -> tuple[int, Any]:
        path, query = operation.path, {}
        for where, name, value in request.parameters:
            if where == "path":
                path = path.replace(f"{{{name}}}", value)
            else:
                query[name] = value
        data = text if text is not None else None if request.body is None else json.dumps(request.body)
        headers = {"Content-Type": "application/json"} | ({"X-API-KEY": key} if key else {})
        async with self.client.request(operation.method, path, params=query, data=data, headers=headers) as answer:
            value = _read(await answer.text())
            self.ledger.note_answer(operation, answer.status, answer.content_type, value)
            return answer.status, value


def _read(text: str) -> Any:
    """Read an answer; what is no JSON is a string, which no operation is described to answer."""
    try:
        return json.loads(text)
    except ValueError:
        return text


async def ask_everything(examiner: Examiner) -> None:
    """Send every request that the description speaks of; what a look-up asks for is created first."""
    for operation in examiner.description.operations:
        for request in requests_of(examiner.description, operation):
            await examiner.ask(operation, request, await prepare(examiner, operation, request))


async def prepare(examiner: Examiner, operation: Operation, request: Request) -> str:
    """Make the account in which a look-up finds what it names."""
    named = {name: value for _, name, value in request.parameters} if operation.method == "GET" else {}
    ids = request.body["ids"] if operation.function == "/sms/getStatus" else []
    wanted = str(min(ids)) if ids else next((value for value in named.values() if value.isdigit()), "1")
    if operation.module not in {"viber", "sms", "hlr", "mnp"}:
        return examiner.new_key()
    key = examiner.new_key(f"first-{wanted}" if "id" in named or ids else "first-1")
    if "taskId" in named:
        for _ in range(int(wanted) - 1):  # a task is numbered like its request
            await examiner.client.get("/rest/common/balance", headers={"X-API-KEY": key})
        await create(examiner, key, "sms", "phones")
    elif "id" in named or ids:
        numbers = ids or [int(wanted)]
        for number in range(min(numbers), max(numbers) + 1):
            await create(examiner, key, operation.module, "phone", f"prepared_{number}")
    elif "reference" in named:
        await create(examiner, key, operation.module, "phone", named["reference"])
    await examiner.advance(key, "1m")
    return key


async def create(examiner: Examiner, key: str, module: str, destination: str, reference: str = "prepared") -> Any:
    """Create one message or look-up with this reference; an SMS for one phone, or as a task."""
    return await examiner.provoke("POST", f"/{module}/create", body_of(module, destination, reference), key=key)


def body_of(module: str, destination: str, reference: str, msisdn: str = "380953227271", **fields: Any) -> Any:
    """Write the body of a create; `fields` are a message's, an SMS's or a look-up's."""
    to = {"msisdn": msisdn, "reference": reference}
    if module == "viber":
        return {"messages": [{"text": "Hello", "alpha_name": "BSG", "to": [to]} | fields]}
    if module == "sms":
        sms = {"destination": destination, "originator": "BSG", "body": "Hello"} | fields
        return sms | ({"phones": [to]} if destination in {"phones", "individual"} else to)
    return [to | fields] if module == "hlr" else to | fields


def scenarios_for(description: Description) -> dict[str, str]:
    """Write the scenarios: one, and the same for each id that an example names, which its first message has."""
    ids = {"1"}
    for operation in description.operations:
        for request in requests_of(description, operation):
            ids |= {value for _, _, value in request.parameters if value.isdigit()}
            listed = request.body.get("ids") if isinstance(request.body, dict) else None
            ids |= {str(min(listed))} if listed else set()
    return {f"first-{each}": SCENARIO % each for each in ids}

"""Sample messages to simulated people, the same for the same seed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mock_bsg.control.handling import ControlCall, answer, check_query, read_number

if TYPE_CHECKING:
    from aiohttp import web
    from faker import Faker

MOST = 100
QUERY = frozenset({"seed", "count"})

# Numbers that regulators keep for drama (Ofcom, ARCEP, PTS, and the 555-01xx of North America): nobody's phones.
_NUMBERS = ("4477009006##", "4477009007##", "4477009008##", "3363998####", "4670174062#", "4670174068#", "120255501##")
_MESSAGES = (
    ("Parcel Hub", "Hello {first}! Your parcel {code} is on its way and will be with you today, {hour}:00–{later}:00.",
     "Track the parcel", "parcel", "Parcel {code} arrives today, {hour}:00-{later}:00."),
    ("GreenBasket", "{first}, your order No. {number} is packed: {count} items, {price} EUR. {courier} will bring it.",
     "See the order", "basket", "Order {number} is packed. Courier: {courier}."),
    ("City Dental", "Dear {name}, we look forward to seeing you on {day} at {hour}:30. Reply by noon to move it.",
     "Move the visit", "calendar", "Visit on {day} at {hour}:30. To move it, please call us."),
    ("Nordbank", "{first}, a payment of {price} EUR to {company} is waiting for your confirmation.",
     "Confirm or refuse", None, "A payment of {price} EUR to {company} waits for your confirmation."),
    ("Kino Lux", "Two tickets for tonight are yours, {first}! Row {count}, doors open at {hour}:15. Code {code}.",
     "Show the tickets", "ticket", "Your tickets: row {count}, code {code}."),
)  # fmt: skip


async def list_all(call: ControlCall) -> web.StreamResponse:
    """Tell `count` sample messages (1 to 100), drawn by `seed`."""
    query = call.query
    check_query(query, QUERY)
    seed = read_number(query, "seed", 0, 0, 10**9)
    count = read_number(query, "count", 1, 1, MOST)
    base = f"{call.request.scheme}://{call.request.host}"
    return answer({"samples": make_samples(seed, count, base)})


def make_samples(seed: int, count: int, base: str) -> list[dict[str, Any]]:
    """Make sample messages; their pictures are this server's own, under `base`."""
    from faker import Faker  # noqa: PLC0415 -- slow to import, and few servers are asked for samples

    people = Faker("en_GB")
    people.seed_instance(seed)
    return [_make_sample(people, base) for _ in range(count)]


def _make_sample(people: Faker, base: str) -> dict[str, Any]:
    sender, text, caption, image, sms = people.random_element(_MESSAGES)
    first, last = people.first_name(), people.last_name()
    hour = people.random_int(9, 17)
    facts = {
        "first": first,
        "name": f"{first} {last}",
        "code": people.bothify("??-####", letters="ABCDEFGHKLMNPRSTUVXYZ"),
        "number": people.random_int(10_000, 99_999),
        "count": people.random_int(2, 14),
        "price": f"{people.random_int(300, 9900) / 100:.2f}",
        "courier": people.first_name(),
        "company": people.company(),
        "day": people.day_of_week(),
        "hour": hour,
        "later": hour + 2,
    }
    slug = sender.lower().replace(" ", "-")
    return {
        "name": facts["name"],
        "msisdn": people.numerify(people.random_element(_NUMBERS)),
        "sender": sender,
        "text": text.format(**facts),
        "img": None if image is None else f"{base}/_mock/page/sample-{image}.svg",
        "caption": caption,
        "action": f"https://{slug}.example/{people.random_int(1000, 9999)}",
        "sms": sms.format(**facts),
        "reference": people.bothify("sample-????####", letters="abcdefghkmnprstuvxyz"),
    }

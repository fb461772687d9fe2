"""Who a number belongs to, as HLR and MNP lookups tell it: invented, but always the same for the same number."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from mock_bsg.domain.draws import draw
from mock_bsg.domain.phones import COUNTRIES, country_of

_CSV = Path(__file__).with_name("networks.csv")

PORTED = 0.08
"""How many of the numbers moved to another network, where there is another [assumed]."""

ROAMING = 0.04
"""How many of the numbers are abroad [assumed]."""

_ABROAD = ("PL", "DE", "TR", "EG", "ES", "IT", "GB", "AE", "TH", "FR")  # where people who roam are found
_IMSI_DIGITS = 15
_MSC_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Subscriber:
    """What a lookup knows of a number.

    `network` is MCC and MNC together ("25501"), or "unknown" as in BSG's own example [docs] for a number of no
    country, whose other texts are empty. `brand` is what customers call the operator, `operator` its company name;
    `name_en` and `name_ru` are the country's names [assumed from their neighbours in BSG's answer].
    """

    country: str
    country_name: str
    mcc: str
    mnc: str
    network: str
    brand: str
    operator: str
    name_en: str
    name_ru: str
    ported: bool
    roaming: bool
    imsi: str
    location_msc: str


_NOBODY = Subscriber("", "", "", "", "unknown", "", "", "", "", ported=False, roaming=False, imsi="", location_msc="")


class _Network(NamedTuple):
    mcc: str
    mnc: str
    brand: str
    operator: str
    share: int  # per cent of the country's subscribers, roughly
    prefixes: tuple[str, ...]  # of numbers that were given out by this network; none where a country has no such plan


@cache
def _read_networks() -> Mapping[str, Sequence[_Network]]:
    networks: dict[str, list[_Network]] = {}
    with _CSV.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)  # the line of names
        for mcc, mnc, iso, brand, operator, share, prefixes in rows:
            network = _Network(mcc, mnc, brand, operator, int(share), tuple(prefixes.split()))
            networks.setdefault(iso, []).append(network)
    return networks


def subscriber(seed: int, msisdn: str) -> Subscriber:
    """Tell who has this number in the world of this seed; the same in every process and at any time."""
    iso = country_of(msisdn)
    if not iso:
        return _NOBODY
    country = COUNTRIES[iso]
    networks = _networks_of(seed, iso)
    first = _network_by_prefix(networks, msisdn) or _choose(networks, draw(seed, "network", msisdn))
    others = [network for network in networks if network is not first]
    ported = bool(others) and draw(seed, "moved", msisdn) < PORTED
    network = _choose(others, draw(seed, "moved to", msisdn)) if ported else first
    roaming = draw(seed, "roaming", msisdn) < ROAMING
    identity = network.mcc + network.mnc
    return Subscriber(
        country=iso,
        country_name=country.name,
        mcc=network.mcc,
        mnc=network.mnc,
        network=identity,
        brand=network.brand,
        operator=network.operator,
        name_en=country.name,
        name_ru=country.name_ru,
        ported=ported,
        roaming=roaming,
        imsi=_fill_digits(identity, _IMSI_DIGITS, draw(seed, "imsi", msisdn)),
        location_msc=_locate(seed, msisdn, iso, None if roaming else network),
    )


def _networks_of(seed: int, iso: str) -> Sequence[_Network]:
    return _read_networks().get(iso) or _invent_networks(seed, iso)


@lru_cache(maxsize=256)
def _invent_networks(seed: int, iso: str) -> Sequence[_Network]:
    """Invent two operators for a country that the file says nothing of."""
    from faker import Faker  # noqa: PLC0415 -- slow to import, and few numbers need it

    fake = Faker("en_US")
    fake.seed_instance(int(draw(seed, "networks", iso) * 2**53))
    first, second = f"{fake.last_name()} Mobile", f"{fake.last_name()} Telecom"
    mcc = COUNTRIES[iso].mcc
    return (
        _Network(mcc, "01", first, f"{first} {fake.company_suffix()}", 60, ()),
        _Network(mcc, "02", second, f"{second} {fake.company_suffix()}", 40, ()),
    )


def _network_by_prefix(networks: Sequence[_Network], msisdn: str) -> _Network | None:
    """Find the network that gave the number out."""
    for network in networks:
        if msisdn.startswith(network.prefixes):
            return network
    return None


def _choose(networks: Sequence[_Network], drawn: float) -> _Network:
    """Choose one of the networks, by their shares."""
    left = drawn * sum(network.share for network in networks)
    for network in networks:
        left -= network.share
        if left < 0:
            return network
    return networks[-1]


def _locate(seed: int, msisdn: str, iso: str, network: _Network | None) -> str:
    """Tell the number of the switch that serves the phone: in `network` at home, or abroad if that is None."""
    if network is None:
        places = [place for place in _ABROAD if place != iso]
        place = places[int(draw(seed, "abroad", msisdn) * len(places))]
        network = _choose(_read_networks()[place], draw(seed, "network abroad", msisdn))
    head = network.prefixes[0] if network.prefixes else msisdn[:5]
    return _fill_digits(head, _MSC_DIGITS, draw(seed, "msc", msisdn))


def _fill_digits(head: str, length: int, drawn: float) -> str:
    """Put drawn digits behind the head, `length` together."""
    missing = length - len(head)
    return f"{head}{int(drawn * 10**missing):0{missing}d}"

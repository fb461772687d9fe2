import csv
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from mock_bsg.domain.phones import COUNTRIES, country_of
from mock_bsg.sandbox import lookups
from mock_bsg.sandbox.lookups import Subscriber, subscriber


def read_networks() -> list[dict[str, str]]:
    with Path(lookups.__file__).with_name("networks.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def ukrainians(count: int, prefix: str = "38050") -> list[Subscriber]:
    return [subscriber(42, f"{prefix}{n:07d}") for n in range(count)]


def test_a_number_of_vodafone_ukraine_is_told_as_bsg_tells_it() -> None:
    person = subscriber(42, "380501234567")
    assert (person.country, person.country_name, person.name_en) == ("UA", "Ukraine", "Ukraine")
    assert person.name_ru == COUNTRIES["UA"].name_ru
    assert (person.mcc, person.mnc, person.network) == ("255", "01", "25501")
    assert (person.brand, person.operator) == ("Vodafone", "PrJSC VF Ukraine")
    assert (person.ported, person.roaming) == (False, False)


@pytest.mark.parametrize(
    ("msisdn", "brand"),
    [
        ("380671234567", "Kyivstar"),
        ("380631234567", "lifecell"),
        ("4917112345678", "Telekom"),
        ("4917212345678", "Vodafone"),
        ("48501234567", "Orange"),
        ("77011234567", "Kcell"),
        ("79161234567", "MTS"),
        ("79031234567", "Beeline"),
        ("447973123456", "EE"),
        ("971501234567", "e&"),
    ],
)
def test_a_number_that_was_not_ported_is_in_the_network_of_its_prefix(msisdn: str, brand: str) -> None:
    people = [subscriber(seed, msisdn) for seed in range(30)]
    assert {person.brand for person in people if not person.ported} == {brand}


def test_a_ported_number_is_in_another_network_than_its_prefix_says() -> None:
    people = ukrainians(2000)
    ported = [person for person in people if person.ported]
    assert 100 < len(ported) < 220
    assert "Vodafone" not in {person.brand for person in ported}
    assert {person.brand for person in people if not person.ported} == {"Vodafone"}


def test_some_people_roam_and_their_switch_is_abroad() -> None:
    people = ukrainians(2000)
    roaming = [person for person in people if person.roaming]
    assert 40 < len(roaming) < 130
    assert "UA" not in {country_of(person.location_msc) for person in roaming}
    assert {country_of(person.location_msc) for person in people if not person.roaming} == {"UA"}


def test_the_same_number_is_always_the_same_person() -> None:
    assert subscriber(42, "380501234567") == subscriber(42, "380501234567")
    assert subscriber(42, "380501234567").imsi != subscriber(43, "380501234567").imsi
    assert len({person.imsi for person in ukrainians(500)}) == 500


def test_a_number_is_the_same_person_in_every_process() -> None:
    code = (
        "from mock_bsg.sandbox.lookups import subscriber;"
        "print([subscriber(7, n) for n in ('380501234567', '12125550100', '298123456')])"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert runs == {f"{[subscriber(7, n) for n in ('380501234567', '12125550100', '298123456')]}\n"}


def test_where_prefixes_tell_nothing_networks_are_drawn_by_their_shares() -> None:
    brands = Counter(subscriber(1, f"1212555{n:04d}").brand for n in range(3000))
    assert set(brands) == {"Verizon", "T-Mobile", "AT&T"}
    assert all(count > 700 for count in brands.values())


def test_every_country_has_somebody_with_all_that_a_lookup_tells() -> None:
    samples = {country_of(f"{n:04d}" + "1234567"): f"{n:04d}1234567" for n in range(1000, 10_000)}
    samples.pop("")
    assert len(samples) > 200
    for iso, msisdn in samples.items():
        person = subscriber(1, msisdn)
        assert person.country == iso
        assert person.network == person.mcc + person.mnc
        assert person.brand
        assert person.operator
        assert len(person.imsi) == 15
        assert person.imsi.startswith(person.network)
        assert len(person.location_msc) == 12
        assert person.location_msc.isdigit()


def test_operators_of_a_country_without_known_networks_are_invented_by_seed() -> None:
    islanders = [subscriber(3, f"67712{n:05d}") for n in range(50)]
    assert {person.mnc for person in islanders} == {"01", "02"}
    assert len({person.brand for person in islanders}) == 2
    assert islanders[0].brand != subscriber(4, "6771200000").brand


def test_a_number_of_no_country_is_in_an_unknown_network() -> None:
    nobody = subscriber(42, "999123456789")
    assert (nobody.network, nobody.country, nobody.brand, nobody.imsi) == ("unknown", "", "", "")
    assert not nobody.ported


def test_faker_is_imported_only_for_networks_to_be_invented() -> None:
    code = (
        "import sys; from mock_bsg.sandbox.lookups import subscriber;"
        "subscriber(1, '380501234567'); print('faker' in sys.modules);"
        "subscriber(1, '67712345'); print('faker' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "True"]


def test_the_file_of_networks_is_sound() -> None:
    networks = read_networks()
    countries = {network["iso"] for network in networks}
    assert len(countries) >= 60
    assert countries <= set(COUNTRIES)
    assert len({(network["mcc"], network["mnc"]) for network in networks}) == len(networks)
    shares: Counter[str] = Counter()
    for network in networks:
        shares[network["iso"]] += int(network["share"])
        assert network["mnc"].isdigit()
        assert network["brand"]
        assert network["operator"]
    assert set(shares.values()) == {100}


def test_prefixes_of_networks_lie_in_their_country_and_in_no_other_prefix() -> None:
    for iso in {network["iso"] for network in read_networks()}:
        prefixes = [
            prefix for network in read_networks() if network["iso"] == iso for prefix in network["prefixes"].split()
        ]
        assert len(prefixes) == len(set(prefixes))
        for prefix in prefixes:
            assert iso in {country_of(f"{prefix}{n:02d}1234") for n in range(100)}, prefix
            assert not any(other != prefix and other.startswith(prefix) for other in prefixes)

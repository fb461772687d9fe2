"""Settings come out of flags and environment as documented, and every fault is one clear line."""

import re
from pathlib import Path

import pytest

from mock_bsg.scenario.errors import ScenarioError
from mock_bsg.settings import ENVIRONMENT_SCENARIO, SETTINGS, Settings, SettingsError, find_reachable

BY_FIELD = {setting.field: setting for setting in SETTINGS}


def test_nothing_given_is_the_documented_default() -> None:
    settings = Settings.read({}, {"PATH": "/bin"})

    assert settings == Settings()
    assert (settings.hosts, settings.port, settings.scenario) == (("localhost",), 8080, "default")
    assert (settings.max_messages, settings.max_body) == (1_000_000, 1_048_576)
    assert (settings.api_keys, settings.tls_port) == (None, None)
    assert (settings.log_format, settings.callbacks) == ("text", "local")


@pytest.mark.parametrize("field", ["hosts", "port", "scenario", "max_messages", "max_body", "log_format", "callbacks"])
def test_default_that_the_help_tells_is_the_default(field: str) -> None:
    setting = BY_FIELD[field]

    assert setting.read(setting.default) == getattr(Settings(), field)


def test_every_flag_and_variable_is_named_once() -> None:
    for names in ([s.flag for s in SETTINGS if s.flag], [s.variable for s in SETTINGS], [s.field for s in SETTINGS]):
        assert len(names) == len(set(names))


def test_flag_wins_over_variable_and_variable_over_default() -> None:
    environ = {"MOCK_BSG_PORT": "9001", "MOCK_BSG_HOST": "0.0.0.0"}

    settings = Settings.read({"port": "9002"}, environ)

    assert (settings.port, settings.hosts) == (9002, ("0.0.0.0",))


@pytest.mark.parametrize("text", ["", "  "])
def test_empty_variable_counts_as_not_set(text: str) -> None:
    environ = {setting.variable: text for setting in SETTINGS}

    assert Settings.read({}, environ) == Settings()


def test_every_setting_can_be_given_by_variable(tmp_path: Path) -> None:
    settings = Settings.read(
        {},
        {
            "MOCK_BSG_HOST": "::1",
            "MOCK_BSG_PORT": "0",
            "MOCK_BSG_SCENARIO": "expired",
            "MOCK_BSG_SCENARIOS": f"{tmp_path}, /missing:/scenarios",
            "MOCK_BSG_API_KEYS": "test_a, live_b,,test_a",
            "MOCK_BSG_MAX_MESSAGES": "5",
            "MOCK_BSG_MAX_BODY": "1024",
            "MOCK_BSG_TLS_PORT": "8443",
            "MOCK_BSG_TLS_DIR": "/ca",
            "MOCK_BSG_TLS_NAMES": "bsg.test, 10.0.0.7",
            "MOCK_BSG_LOG_FORMAT": "json",
            "MOCK_BSG_CALLBACKS": "off",
            "MOCK_BSG_ALLOWED_HOSTS": "Sandbox.Example.com., b.example",
        },
    )

    assert settings == Settings(
        hosts=("::1",),
        port=0,
        scenario="expired",
        scenario_dirs=(tmp_path, Path("/missing"), Path("/scenarios")),
        api_keys=frozenset({"test_a", "live_b"}),
        max_messages=5,
        max_body=1024,
        tls_port=8443,
        tls_dir=Path("/ca"),
        tls_names=("bsg.test", "10.0.0.7"),
        log_format="json",
        callbacks="off",
        allowed_hosts=frozenset({"sandbox.example.com", "b.example"}),
    )


@pytest.mark.parametrize(
    ("variable", "text", "complaint"),
    [
        ("MOCK_BSG_PORT", "eighty", "'eighty' was found, a port (a whole number from 0 to 65535) is expected"),
        ("MOCK_BSG_PORT", "65536", "'65536' was found, a port (a whole number from 0 to 65535) is expected"),
        ("MOCK_BSG_PORT", "-1", "'-1' was found, a port (a whole number from 0 to 65535) is expected"),
        ("MOCK_BSG_PORT", "٨٠", "'٨٠' was found, a port (a whole number from 0 to 65535) is expected"),
        ("MOCK_BSG_TLS_PORT", "443.0", "'443.0' was found, a port (a whole number from 0 to 65535) is expected"),
        (
            "MOCK_BSG_MAX_MESSAGES",
            "0",
            "'0' was found, a number of messages (a whole number of at least 1) is expected",
        ),
        ("MOCK_BSG_MAX_BODY", "1MiB", "'1MiB' was found, a length in bytes (a whole number of at least 1) is expected"),
        ("MOCK_BSG_MAX_BODY", "9" * 99, f"'{'9' * 80}…' was found, a length in bytes"),
        ("MOCK_BSG_LOG_FORMAT", "JSON", "'JSON' was found, text or json is expected"),
        ("MOCK_BSG_CALLBACKS", "all\nof them", "'all of them' was found, local, any or off is expected"),
        ("MOCK_BSG_API_KEYS", " , ", "',' was found, names separated by commas are expected"),
    ],
)
def test_bad_value_is_one_line_with_variable_value_and_expectation(variable: str, text: str, complaint: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.read({}, {variable: text})

    assert str(caught.value).startswith(f"{variable}: {complaint}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("*", {"*"}),
        ("*.svc.cluster.local,pr-*.Example.com.", {"*.svc.cluster.local", "pr-*.example.com"}),
        ("https://sandbox.example.com:8443/, a.b:80", {"sandbox.example.com", "a.b"}),
        ("[::1]:8080,10.0.0.7", {"::1", "10.0.0.7"}),
        ("пісочниця.example,*.faß.de", {"xn--h1ajcdk7ae1ewc.example", "*.xn--fa-hia.de"}),
        ("mock_bsg", {"mock_bsg"}),
    ],
)
def test_allowed_hosts_are_understood_as_an_address_bar_has_them(text: str, hosts: set[str]) -> None:
    assert Settings.read({"allowed_hosts": text}, {}).allowed_hosts == hosts


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("http://a.b/_mock", "'http://a.b/_mock' was found, a host name without a path is expected: write a.b"),
        ("ftp://a.b", "a host name without a path is expected: write a.b"),
        ("me@a.b", "a host name without a path is expected: write a.b"),
        ("10.0.0.0/8", "a host name is expected: addresses are always allowed"),
        ('"a.b"', "a host name without quotes is expected: write a.b"),
        ("“a.b”", "a host name without quotes is expected: write a.b"),
        (".example.com", "write *.example.com for all names below it"),
        ("a.b c.d", "separate them by commas, a.b,c.d"),
        ("a.b;c.d", "separate them by commas, a.b,c.d"),
        ("x?.com", "the only wildcard is *"),
        ("[ab].com", "the only wildcard is *"),
        ("*.*.*.*.*.x", "a host name with at most 4 wildcards is expected"),
        ("a..b", "a host name such as sandbox.example.com is expected"),
        ("a%20b", "a host name such as sandbox.example.com is expected"),
        ("a\u200bb.c", "a host name such as sandbox.example.com is expected"),
        ("-a", "a host name such as sandbox.example.com is expected"),
        ("a.b:port", "a host name such as sandbox.example.com is expected"),
    ],
)
def test_host_that_no_request_can_name_is_told(text: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.read({}, {"MOCK_BSG_ALLOWED_HOSTS": f"ok.example,{text}"})

    assert str(caught.value).startswith("MOCK_BSG_ALLOWED_HOSTS: '")
    assert str(caught.value).endswith(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('"test_abcdef"', "keys without quotes are expected"),
        ("'test_abcdef','live_b'", "keys without quotes are expected"),
        ("test_abcdef test_b", "keys separated by commas are expected"),
        ("test_abcdef;test_b", "keys separated by commas are expected"),
        ("test_abcdef\ntest_b", "keys separated by commas are expected"),
        ("test_a\u200bbcdef", "keys that can be seen are expected"),
    ],
)
def test_key_that_no_header_can_carry_is_told_and_not_shown(text: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said) as caught:
        Settings.read({}, {"MOCK_BSG_API_KEYS": text})

    assert "abcdef" not in str(caught.value)


def test_keys_beyond_ascii_are_keys() -> None:
    assert Settings.read({"api_keys": "ключ,<YOUR_ACCESS_KEY>"}, {}).api_keys == frozenset(
        {"ключ", "<YOUR_ACCESS_KEY>"}
    )


def test_names_of_the_certificate_may_begin_with_a_wildcard() -> None:
    settings = Settings.read({"tls_names": "*.Example.com,https://bsg.test:8443/"}, {})

    assert settings.tls_names == ("*.example.com", "bsg.test")
    for wrong in ("*", "a*.example.com", "*.*.example.com", "*.com", "bsg.test/x"):
        with pytest.raises(SettingsError, match=r"^--tls-names: '.*' was found, a .*name .*is expected"):
            Settings.read({"tls_names": wrong}, {})


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("*.com", "a name is expected: no client takes a certificate for all of it"),
        ("mock_bsg", "a name without _ is expected: certificates name none; mock-bsg could be another name of this"),
        ("*.my_shop.local", r"a name without _ is expected: certificates name none; \*\.my-shop\.local could be"),
        ("10.0.0.0/8", "a host name or one address is expected, no network"),
        ("fd00::/8", "a host name or one address is expected, no network"),
    ],
)
def test_name_that_no_certificate_has_is_told_why(name: str, said: str) -> None:
    with pytest.raises(SettingsError, match=rf"^--tls-names: '{re.escape(name)}' was found, {said}"):
        Settings.read({"tls_names": name}, {})


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("localhost", ("localhost",)),
        ("LocalHost", ("localhost",)),
        ("*", ("*",)),
        ("::", ("::",)),
        ("[::]", ("::",)),
        (" 127.0.0.1 , [::1],127.0.0.1,", ("127.0.0.1", "::1")),
        ("fe80::1%eth0", ("fe80::1%eth0",)),
        ("localhost.", ("localhost",)),
        ("0:0::0", ("::",)),
        ("::ffff:127.0.0.1,[0:0:0:0:0:0:0:1],127.0.0.1", ("127.0.0.1", "::1")),
        ("sandbox.internal", ("sandbox.internal",)),
    ],
)
def test_several_hosts_are_written_with_commas(text: str, hosts: tuple[str, ...]) -> None:
    assert Settings.read({"hosts": text}, {}).hosts == Settings.read({}, {"MOCK_BSG_HOST": text}).hosts == hosts


@pytest.mark.parametrize("text", ["127.0.0.1:8080", "[::1]:8080", "http://127.0.0.1", "localhost:0", "::1,h:1", "a/b"])
def test_a_host_with_more_than_a_host_in_it_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match=r"^--host: '.*' was found, an address to listen on like 127\.0\.0\.1 is"):
        Settings.read({"hosts": text}, {})


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ('"127.0.0.1"', "127.0.0.1"),
        ("“::1”", "::1"),
        ("127.0.0.1 ::1", "127.0.0.1,::1"),
        ("127.0.0.1; ::1", "127.0.0.1,::1"),
        ("*|localhost", "*,localhost"),
    ],
)
def test_hosts_with_something_else_around_them_are_told_as_they_are_written(text: str, right: str) -> None:
    with pytest.raises(SettingsError, match=rf"^--host: .* was found, .*address.* expected: {re.escape(right)}$"):
        Settings.read({"hosts": text}, {})


@pytest.mark.parametrize(
    ("hosts", "near"),
    [
        (("localhost",), ["127.0.0.1", "[::1]"]),
        (("*",), ["127.0.0.1", "[::1]"]),
        (("::", "10.0.0.7"), ["127.0.0.1", "[::1]", "10.0.0.7"]),
        (("0.0.0.0",), ["127.0.0.1"]),
        (("fe80::1%eth0", "my.host"), ["[fe80::1%25eth0]", "my.host"]),
    ],
)
def test_what_listens_somewhere_is_reached_as_urls_name_it(hosts: tuple[str, ...], near: list[str]) -> None:
    assert find_reachable(hosts) == near


def test_bad_value_of_a_flag_names_the_flag() -> None:
    with pytest.raises(SettingsError, match=r"^--max-body: 'x' was found"):
        Settings.read({"max_body": "x"}, {"MOCK_BSG_MAX_BODY": "also bad"})


def test_unknown_variable_is_refused_with_the_nearest_known_one() -> None:
    with pytest.raises(
        SettingsError, match=r"^MOCK_BSG_APIKEYS: there is no such variable \(did you mean 'MOCK_BSG_API_KEYS'\?\)"
    ):
        Settings.read({}, {"MOCK_BSG_APIKEYS": ""})


def test_variables_for_clients_are_known() -> None:
    assert Settings.read({}, {"MOCK_BSG_URL": "http://x", "MOCK_BSG_API_KEY": "test_a"}) == Settings()


def test_what_kubernetes_and_docker_say_of_a_service_named_mock_bsg_is_no_setting() -> None:
    environ = {
        "MOCK_BSG_PORT": "tcp://10.0.0.7:8080",
        "MOCK_BSG_SERVICE_HOST": "10.0.0.7",
        "MOCK_BSG_SERVICE_PORT": "8080",
        "MOCK_BSG_SERVICE_PORT_HTTP": "8080",
        "MOCK_BSG_PORT_8080_TCP": "tcp://10.0.0.7:8080",
        "MOCK_BSG_PORT_8080_TCP_ADDR": "10.0.0.7",
        "MOCK_BSG_NAME": "/build/mock-bsg",
        "MOCK_BSG_ENV_PATH": "/bin",
        "MOCK_BSG_TLS_PORT": "tcp://10.0.0.8:443",
        "MOCK_BSG_TLS_SERVICE_HOST": "10.0.0.8",
        "MOCK_BSG_OTHER_PORT": "tcp://10.0.0.9:80",
    }

    assert Settings.read({}, environ) == Settings()


@pytest.mark.parametrize("text", ["mine.yaml", "mine.YML", "mine.json", "./mine", "some/where/mine.yaml"])
def test_scenario_that_looks_like_a_file_is_one(text: str) -> None:
    settings = Settings.read({"scenario": text}, {})

    assert (settings.scenario, settings.scenario_file) == ("mine", Path(text))


def test_scenario_file_is_read_by_name(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("\ufeffdescription: Привіт\n", "utf-8")

    assert Settings.read({"scenario": str(file)}, {}).read_texts() == {"mine": "description: Привіт\n"}


def test_scenario_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_bytes(b"description: \xff")

    with pytest.raises(SettingsError, match=r"missing\.yaml: it cannot be read: No such file or directory"):
        Settings.read({"scenario": str(tmp_path / "missing.yaml")}, {}).read_texts()
    with pytest.raises(ScenarioError, match=r"broken\.yaml:1:14: the byte 0xFF is not UTF-8"):
        Settings.read({"scenario": str(broken)}, {}).read_texts()


def test_text_of_a_scenario_is_the_default_one() -> None:
    settings = Settings.read({}, {"MOCK_BSG_SCENARIO_YAML": "seed: 1\n"})

    assert settings.scenario == ENVIRONMENT_SCENARIO
    assert settings.read_texts() == {"environment": "seed: 1\n"}


def test_scenario_and_its_text_both_as_variables_are_one_too_many() -> None:
    with pytest.raises(SettingsError, match="MOCK_BSG_SCENARIO and MOCK_BSG_SCENARIO_YAML are both set"):
        Settings.read({}, {"MOCK_BSG_SCENARIO": "default", "MOCK_BSG_SCENARIO_YAML": "seed: 1"})


def test_flag_chooses_between_the_text_and_a_name() -> None:
    environ = {"MOCK_BSG_SCENARIO": "random", "MOCK_BSG_SCENARIO_YAML": "seed: 1"}

    assert Settings.read({"scenario": "expired"}, environ).scenario == "expired"
    assert Settings.read({"scenario": "environment"}, environ).read_texts() == {"environment": "seed: 1"}


def test_folder_given_by_flag_must_exist(tmp_path: Path) -> None:
    odd = tmp_path / "a,b:c"
    odd.mkdir()

    assert Settings.read({"scenario_dirs": [str(odd), str(tmp_path)]}, {}).scenario_dirs == (odd, tmp_path)
    with pytest.raises(SettingsError, match=r"^--scenarios: '.*nowhere' was found, a folder that exists is expected$"):
        Settings.read({"scenario_dirs": [str(tmp_path / "nowhere")]}, {})


@pytest.mark.parametrize(
    ("flags", "where"), [({"tls_dir": "~/ca"}, "--tls-dir"), ({"scenario": "~/mine.yaml"}, "--scenario")]
)
def test_a_home_that_nobody_knows_is_told_with_where_it_was_written(
    monkeypatch: pytest.MonkeyPatch, flags: dict[str, str], where: str
) -> None:
    def forget(_path: Path) -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "expanduser", forget)

    with pytest.raises(SettingsError, match=f"^{where}: '~/.*' was found, but whose home ~ is, is not known here"):
        Settings.read(flags, {})

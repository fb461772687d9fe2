"""What a server is told before it starts: one frozen object out of flags and environment, any fault one clear line."""

from __future__ import annotations

import ipaddress
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from mock_bsg.domain.credentials import mask_key
from mock_bsg.domain.host_names import read_host, without_quotes
from mock_bsg.domain.store_address import StoreAddress
from mock_bsg.logs import LogFormat
from mock_bsg.scenario.errors import suggest
from mock_bsg.scenario.texts import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Callbacks = Literal["local", "any", "off"]

PREFIX = "MOCK_BSG_"
ENVIRONMENT_SCENARIO = "environment"
"""The name under which the text of MOCK_BSG_SCENARIO_YAML is found."""

# Set for programs that use a server (`exec` sets the first), not read by one.
FOR_CLIENTS = frozenset({"MOCK_BSG_URL", "MOCK_BSG_API_KEY"})

# Kubernetes and Docker's links describe a service called "mock-bsg" to its neighbours, and to itself, in variables of
# these forms; nobody wrote them as settings. One of them is MOCK_BSG_PORT=tcp://10.0.0.7:8080.
_PLATFORM_NAME = re.compile(
    r"MOCK_BSG_((\w+_)?SERVICE_(HOST|PORT(_\w+)?)|(\w+_)?PORT_\d+_(TCP|UDP|SCTP)(_\w+)?|NAME|ENV_\w+)"
)
_PLATFORM_PORT = re.compile(r"(tcp|udp|sctp)://")


LOOPBACK = "localhost"
"""As a host to listen on: 127.0.0.1 and ::1, those of them that there are; no name that anybody resolves [RFC 6761]."""
ALL_HOSTS = frozenset({"*", "::"})
"""As hosts to listen on: all addresses, of IPv4 and of IPv6."""


class SettingsError(Exception):
    """A flag or variable that no server can start with; its text is one line that says which, what and what else."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a server is told before it starts; the defaults are those of the command line.

    `scenario` is always a name: the stem of `scenario_file` or ENVIRONMENT_SCENARIO where one of these is the default
    scenario. `hosts` are addresses and names to listen on, LOOPBACK and ALL_HOSTS among them. `api_keys` of None: any
    non-empty key is valid. `tls_port` of None: no TLS; `tls_dir` of None: the certificate authority lives and dies with
    the process. `max_body` is in bytes. `store` of None: accounts live and die with the process, or
    are those of `world`, a file that is only looked at.
    """

    hosts: tuple[str, ...] = (LOOPBACK,)
    port: int = 8080
    scenario: str = "default"
    scenario_file: Path | None = None
    scenario_dirs: tuple[Path, ...] = ()
    scenario_yaml: str | None = None
    api_keys: frozenset[str] | None = None
    store: StoreAddress | None = None
    world: Path | None = None
    max_messages: int = 1_000_000
    max_body: int = 1 << 20
    tls_port: int | None = None
    tls_dir: Path | None = None
    tls_names: tuple[str, ...] = ()
    log_format: LogFormat = "text"
    callbacks: Callbacks = "local"
    allowed_hosts: frozenset[str] = frozenset()

    @classmethod
    def read(cls, flags: Mapping[str, str | Sequence[str]], environ: Mapping[str, str]) -> Settings:
        """Read flags (by the names of these fields) and environment: flag before variable before default.

        An empty value counts as not given: CI systems pass empty strings for variables that nobody set.
        Raises SettingsError.
        """
        _refuse_unknown(environ)
        values: dict[str, Any] = {}
        for setting in SETTINGS:
            given = setting.find(flags, environ)
            if given is not None:
                where, text = given
                try:
                    values[setting.field] = setting.read(text)
                except ValueError as fault:
                    raise SettingsError(f"{where}: {fault}") from None
        _choose_scenario(values, by_flag=bool(flags.get("scenario")))
        return cls(**values)

    def read_texts(self) -> dict[str, str]:
        """Read the scenarios that were given by file or as text, by name.

        Raises SettingsError if there is no such file to be read, and ScenarioError if what it holds is no text.
        """
        texts = {} if self.scenario_yaml is None else {ENVIRONMENT_SCENARIO: self.scenario_yaml}
        if self.scenario_file is not None:
            try:
                raw = self.scenario_file.read_bytes()
            except OSError as fault:
                raise SettingsError(f"{self.scenario_file}: it cannot be read: {fault.strerror}") from None
            texts[self.scenario] = decode(raw, str(self.scenario_file))
        return texts


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of the table below: where a field of Settings comes from and how its text is read."""

    field: str
    flag: str | None
    variable: str
    metavar: str
    default: str
    help: str
    read: Callable[[Any], object]
    is_repeatable: bool = False

    def find(
        self, flags: Mapping[str, str | Sequence[str]], environ: Mapping[str, str]
    ) -> tuple[str, str | Sequence[str]] | None:
        """Find the flag or variable that decides, and what it holds."""
        given = flags.get(self.field)
        if given and self.flag:
            return self.flag, given
        text = environ.get(self.variable, "")
        if not text.strip() or (self.field.endswith("port") and _PLATFORM_PORT.match(text)):
            return None
        return self.variable, text


def _read_text(text: str) -> str:
    return text.strip()


def _read_number(low: int, high: int | None, what: str) -> Callable[[str], int]:
    limits = f"of at least {low}" if high is None else f"from {low} to {high}"

    def read(text: str) -> int:
        digits = text.strip()
        # Twelve digits are more than any of these can use, and int() of a very long text is slow.
        number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 12 else -1
        if number < low or (high is not None and number > high):
            raise ValueError(f"{_quote(digits)} was found, {what} (a whole number {limits}) is expected")
        return number

    return read


def _read_choice(choices: tuple[str, ...]) -> Callable[[str], str]:
    def read(text: str) -> str:
        word = text.strip()
        if word not in choices:
            raise ValueError(f"{_quote(word)} was found, {_list_words(choices)} is expected")
        return word

    return read


def _read_names(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name for part in text.split(",") if (name := part.strip())))
    if not names:
        raise ValueError(f"{_quote(text)} was found, names separated by commas are expected")
    return names


def _read_hosts(text: str) -> tuple[str, ...]:
    hosts = []
    for name in _read_names(text):
        bare = name[1:-1] if name.startswith("[") and name.endswith("]") else name
        if "/" in bare or bare.count(":") == 1 or "[" in bare:
            raise ValueError(
                f"{_quote(name)} was found, an address to listen on like 127.0.0.1 is expected, without a port"
            )
        if without_quotes(bare) != bare:
            raise ValueError(f"{_quote(name)} was found, an address without quotes is expected: {without_quotes(bare)}")
        if len(parts := re.split(r"[\s;|]+", bare)) > 1:
            raise ValueError(f"{_quote(name)} was found, addresses separated by commas are expected: {','.join(parts)}")
        hosts.append(LOOPBACK if bare.lower().removesuffix(".") == LOOPBACK else _spell_address(bare))
    return tuple(dict.fromkeys(hosts))


def _spell_address(host: str) -> str:
    """Write an IP address in its one spelling, an IPv4 one mapped into IPv6 as itself; a name as it is."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return str(getattr(address, "ipv4_mapped", None) or address)


def _read_key_set(text: str) -> frozenset[str]:
    keys = _read_names(text)
    for key in keys:
        bare = without_quotes(key)
        if bare != key:
            raise ValueError(f"the key {_quote(mask_key(key))} was found, keys without quotes are expected")
        if not all(char.isprintable() or char.isspace() for char in key):
            raise ValueError(f"the key {_quote(mask_key(key))} was found, keys that can be seen are expected")
        if re.search(r"[\s;]", key):
            raise ValueError(f"the key {_quote(mask_key(key))} was found, keys separated by commas are expected")
    return frozenset(keys)


def _read_host_set(text: str) -> frozenset[str]:
    return frozenset(read_host(name) for name in _read_names(text))


def _read_certificate_names(text: str) -> tuple[str, ...]:
    given = _read_names(text)
    for name in given:
        if re.fullmatch(r"[0-9a-fA-F:.]+/[0-9]+", name):
            raise ValueError(f"{_quote(name)} was found, a host name or one address is expected, no network")
    names = tuple(dict.fromkeys(map(read_host, given)))
    for name in names:
        below = name.removeprefix("*.")
        if "*" in below:
            raise ValueError(f"{_quote(name)} was found, a name whose only wildcard is its first part is expected")
        if below != name and "." not in below:
            raise ValueError(
                f"{_quote(name)} was found, a name is expected: no client takes a certificate for all of it"
            )
        if "_" in name:
            raise ValueError(
                f"{_quote(name)} was found, a name without _ is expected: certificates name none; "
                f"{name.replace('_', '-')} could be another name of this machine"
            )
    return names


def _read_folder(text: str) -> Path:
    return _expand(text.strip())


def _expand(text: str) -> Path:
    """Read a path, whose ~ is somebody's home; raises ValueError where nobody knows it, as of a user without a name."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise ValueError(f"{_quote(text)} was found, but whose home ~ is, is not known here; write it out") from None


def _read_folders(given: str | Sequence[str]) -> tuple[Path, ...]:
    """Read folders of a variable (which may not exist: an image names its mount point) or of flags (which must)."""
    if isinstance(given, str):
        parts = re.split(f"[,{re.escape(os.pathsep)}]", given)
        return tuple(dict.fromkeys(_read_folder(part) for part in parts if part.strip()))
    folders = tuple(dict.fromkeys(_read_folder(one) for one in given))
    for folder in folders:
        if not folder.is_dir():
            raise ValueError(f"{_quote(str(folder))} was found, a folder that exists is expected")
    return folders


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "hosts", "--host", "MOCK_BSG_HOST", "A,B", LOOPBACK,
        "the addresses to listen on; localhost is 127.0.0.1 and ::1, those that there are; * is all, of IPv4 and IPv6",
        _read_hosts,
    ),
    Setting(
        "port", "--port", "MOCK_BSG_PORT", "PORT", "8080", "0 takes a free one and says which",
        _read_number(0, 65535, "a port"),
    ),
    Setting(
        "scenario", "--scenario", "MOCK_BSG_SCENARIO", "NAME|FILE", "default",
        "the scenario of every key that does not name one", _read_text,
    ),
    Setting(
        "scenario_dirs", "--scenarios", "MOCK_BSG_SCENARIOS", "DIR", "the built-in scenarios only",
        "a folder with more scenarios (repeatable; in the variable separated by commas)",
        _read_folders, is_repeatable=True,
    ),
    Setting(
        "scenario_yaml", None, "MOCK_BSG_SCENARIO_YAML", "YAML", "none",
        "the default scenario's text itself, where no file can be mounted", str,
    ),
    Setting(
        "api_keys", "--api-keys", "MOCK_BSG_API_KEYS", "A,B", "any non-empty key", "the only API keys that are valid",
        _read_key_set,
    ),
    Setting(
        "store", "--store", "MOCK_BSG_STORE", "WHERE", "in memory",
        "where accounts are kept, so that they last: a file, or redis://… (Redis 6.2 or later, Valkey)",
        StoreAddress.read,
    ),
    Setting(
        "max_messages", "--max-messages", "MOCK_BSG_MAX_MESSAGES", "N", "1000000",
        "messages kept in memory, over all accounts; then the oldest go",
        _read_number(1, None, "a number of messages"),
    ),
    Setting(
        "max_body", "--max-body", "MOCK_BSG_MAX_BODY", "BYTES", "1048576", "the longest request body, in bytes",
        _read_number(1, None, "a length in bytes"),
    ),
    Setting(
        "tls_port", "--tls-port", "MOCK_BSG_TLS_PORT", "PORT", "off",
        "HTTPS on a port beside the other, 0 takes a free one", _read_number(0, 65535, "a port"),
    ),
    Setting(
        "tls_dir", "--tls-dir", "MOCK_BSG_TLS_DIR", "DIR", "in memory",
        "where the certificate authority of --tls-port is kept for the next start", _read_folder,
    ),
    Setting(
        "tls_names", "--tls-names", "MOCK_BSG_TLS_NAMES", "A,B", "none",
        "names and addresses for the certificate, added to BSG's hosts and localhost", _read_certificate_names,
    ),
    Setting(
        "log_format", "--log-format", "MOCK_BSG_LOG_FORMAT", "FORMAT", "text", "text or json, on stderr",
        _read_choice(get_args(LogFormat)),
    ),
    Setting(
        "callbacks", "--callbacks", "MOCK_BSG_CALLBACKS", "WHERE", "local",
        "where delivery reports may go: local (loopback and private addresses), any, off",
        _read_choice(get_args(Callbacks)),
    ),
    Setting(
        "allowed_hosts", "--allowed-hosts", "MOCK_BSG_ALLOWED_HOSTS", "A,B", "local names and addresses",
        "more Host names under which the control API and the page answer; *.example.com is all below it",
        _read_host_set,
    ),
)  # fmt: skip
"""Every setting: its flag, variable, default and meaning. Flags, help and reading come from here."""


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    variables = [setting.variable for setting in SETTINGS]
    for name in sorted(environ):
        if not name.startswith(PREFIX) or name in variables or name in FOR_CLIENTS:
            continue
        if not _PLATFORM_NAME.fullmatch(name) and not _PLATFORM_PORT.match(environ[name]):
            raise SettingsError(f"{name}: there is no such variable{suggest(name, variables)}")


def _choose_scenario(values: dict[str, Any], *, by_flag: bool) -> None:
    """Turn what was given as scenario into the name that the library knows it by."""
    chosen = cast("str | None", values.get("scenario"))
    if values.get("scenario_yaml") is not None:
        if chosen is None:
            values["scenario"] = ENVIRONMENT_SCENARIO
        elif not by_flag:
            raise SettingsError(
                "MOCK_BSG_SCENARIO and MOCK_BSG_SCENARIO_YAML are both set and each would be the default: give one"
            )
    if chosen is not None and _is_file(chosen):
        try:
            values["scenario_file"] = _expand(chosen)
        except ValueError as fault:
            raise SettingsError(f"{'--scenario' if by_flag else 'MOCK_BSG_SCENARIO'}: {fault}") from None
        values["scenario"] = Path(chosen).stem


def _is_file(text: str) -> bool:
    return "/" in text or os.sep in text or text.lower().endswith((".yaml", ".yml", ".json"))


def find_reachable(hosts: Sequence[str]) -> list[str]:
    """List the addresses at which this machine reaches what listens on these hosts, as URLs name them."""
    near: list[str] = []
    for host in hosts:
        near += ["127.0.0.1", "::1"] if host == LOOPBACK or host in ALL_HOSTS else [host]
    return list(dict.fromkeys(map(name_reachable, near)))


def name_reachable(address: str) -> str:
    """Write an address as a URL names it on this machine: 0.0.0.0 as 127.0.0.1, ::1 in brackets."""
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)
    return f"[{near.replace('%', '%25')}]" if ":" in near else near


def _quote(text: str) -> str:
    line = " ".join(text.split())
    return f"'{line if len(line) <= 80 else line[:80] + '…'}'"


def _list_words(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"

"""The commands of mock-bsg; the only room that prints and exits. Nothing slow is imported before a command needs it."""

from __future__ import annotations

import argparse
import contextlib
import errno
import gc
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from mock_bsg import __version__, compare_words, world_commands
from mock_bsg.descriptors import explain_exhaustion, is_exhaustion
from mock_bsg.scenario.errors import ScenarioError, UnknownScenario, suggest
from mock_bsg.scenario.texts import decode, read_file
from mock_bsg.settings import ENVIRONMENT_SCENARIO, SETTINGS, Setting, Settings, SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mock_bsg.http.server import Server

OK = 0
BAD_SCENARIO = 1
UNHEALTHY = 1
BAD_SETTING = 2
OWN_FAULT = 70
STOPPED_BY = 128  # and the number of the signal

# A disk is full, a quota used up (which is not known everywhere), a file too large for its place.
_CANNOT_WRITE = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and tell the exit code. No fault, a user's or our own, shows as a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a terminal without "·" or Cyrillic is no reason to fail
    try:
        try:
            code = _run(list(sys.argv[1:] if argv is None else argv))
        except SystemExit as end:  # --help, a bad flag, a stop during the start
            code = end.code if isinstance(end.code, int) else OK
        if sys.stdout is not None:
            sys.stdout.flush()
    except KeyboardInterrupt:
        return STOPPED_BY + signal.SIGINT
    except BrokenPipeError:
        # Whoever read our output has seen enough; what is still buffered must not fail again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return STOPPED_BY + signal.SIGPIPE
    except Exception as fault:
        lacking = _explain_lack(fault)
        if lacking is not None:
            return _fail(lacking, BAD_SETTING)
        if sys.flags.dev_mode:
            raise
        return _fail(f"a fault of mock_bsg itself: {fault!r} (python -X dev -m mock_bsg shows where)", OWN_FAULT)
    return code


def _explain_lack(fault: Exception) -> str | None:
    """Say in a sentence what this machine lacks, None if that is not why something failed."""
    if is_exhaustion(fault):
        return explain_exhaustion()
    if isinstance(fault, OSError) and fault.errno in _CANNOT_WRITE:
        return f"what was to be written cannot be: {fault.strerror}"
    return None


def _run(argv: list[str]) -> int:
    if not argv or (argv[0].startswith("-") and argv[0] not in {"-h", "--help", "--version"}):
        argv = ["serve", *argv]
    beside: list[str] = []
    if argv[0] == "exec" and "--" in argv:
        cut = argv.index("--")
        argv, beside = argv[:cut], argv[cut + 1 :]
    parser = _build_parser()
    if argv[0] not in COMMANDS and not argv[0].startswith("-"):
        parser.error(f"there is no command '{argv[0]}'{suggest(argv[0], COMMANDS)}")
    arguments, rest = parser.parse_known_args(argv)
    if rest:
        parser.error(_explain_rest(argv[0], rest[0]))
    arguments.beside = beside
    try:
        return COMMANDS[argv[0]](arguments)
    except SettingsError as fault:
        return _fail(str(fault), BAD_SETTING)
    except ScenarioError as fault:
        print(fault, file=sys.stderr)
        return BAD_SCENARIO


def serve(arguments: argparse.Namespace) -> int:
    """Run a server until SIGTERM or Ctrl-C."""
    _heed_stops()
    from mock_bsg.http import server  # noqa: PLC0415 -- aiohttp is slow to import

    return _start(
        arguments,
        lambda settings: server.run(settings, lambda ready: _announce(ready, f"scenario {settings.scenario}")),
    )


def run_beside(arguments: argparse.Namespace) -> int:
    """Run a command with a server beside it, at MOCK_BSG_URL."""
    if not arguments.beside:
        return _fail("exec: which command? It stands behind --, as in: mock-bsg exec -- pytest -q", BAD_SETTING)
    from mock_bsg.http import server  # noqa: PLC0415 -- aiohttp is slow to import

    arguments.port = arguments.port or "0"
    try:
        return _start(arguments, lambda settings: server.run_beside(settings, arguments.beside), log_level="WARNING")
    except server.CommandError as fault:
        return _fail(f"exec: {fault}", fault.code)


def open_world(arguments: argparse.Namespace) -> int:
    """Show a world that was kept or exported; it is never written."""
    _heed_stops()
    from mock_bsg.http import server  # noqa: PLC0415 -- aiohttp is slow to import

    def show(settings: Settings) -> int:
        shown = world_commands.show_only(settings, arguments.file)
        return server.run(shown, lambda ready: _announce(ready, f"world {world_commands.tell_world(ready, shown)}"))

    return _start(arguments, show)


def export(arguments: argparse.Namespace) -> int:
    """Write what a server keeps with --store, or a part of it, into a world file."""
    print(world_commands.export(arguments))
    return OK


def check(arguments: argparse.Namespace) -> int:
    """Name every problem of scenario files."""
    from mock_bsg.scenario.library import compile_text  # noqa: PLC0415 -- of no use to the quick commands

    code = OK
    for name in arguments.files:
        source = "stdin" if name == "-" else name
        try:
            text = decode(sys.stdin.buffer.read(), source) if name == "-" else read_file(Path(name))
            compile_text(text, Path(source).stem, source)
        except ScenarioError as fault:
            print(fault)
        else:
            print(f"{source}: ok")
            continue
        code = BAD_SCENARIO
    return code


def print_schema(_arguments: argparse.Namespace) -> int:
    """Print the JSON Schema of scenario files."""
    import json  # noqa: PLC0415 -- this command only

    from mock_bsg.scenario.model import schema  # noqa: PLC0415 -- pydantic is slow to import

    print(json.dumps(schema(), indent=2, ensure_ascii=False))
    return OK


def list_scenarios(arguments: argparse.Namespace) -> int:
    """List the scenarios that can be found, with their descriptions."""
    from mock_bsg.scenario.library import Library  # noqa: PLC0415 -- of no use to the quick commands

    settings = _read_settings(arguments)
    library = Library(settings.scenario_dirs, settings.read_texts())
    listings = library.describe()
    width = max((len(each.name) for each in listings), default=0)
    for each in listings:
        text = f"cannot be used: {each.problem}" if each.problem else each.description
        print(f"{each.name:<{width}}  {(text.splitlines() or [''])[0]}".rstrip())
    return OK


def health(arguments: argparse.Namespace) -> int:
    """Tell by the exit code whether a server is healthy."""
    from mock_bsg.health import ask_health, name_own_urls  # noqa: PLC0415 -- this command only

    urls = [arguments.url] if arguments.url else name_own_urls(_read_settings(arguments))
    complaints = []
    for url in urls:
        version, complaint = ask_health(url)
        if version is not None:
            print(f"healthy: mock_bsg {version} at {url}")
            return OK
        complaints.append(complaint)
    return _fail(f"health: no healthy answer from {urls[0]}: {complaints[0]}", UNHEALTHY)


def compare(arguments: argparse.Namespace) -> int:
    """Ask the real BSG what the sandbox only assumes."""
    from mock_bsg import logs  # noqa: PLC0415 -- of no use to the quick commands
    from mock_bsg.compare import command, target  # noqa: PLC0415 -- aiohttp is slow to import

    asked = target.read_target(
        arguments.target,
        arguments.api_key,
        arguments.msisdn,
        one_api_key=arguments.one_api_key,
        allow_live=arguments.allow_live,
    )
    is_terminal = sys.stdin is not None and sys.stdin.isatty()
    if not arguments.yes and not is_terminal:
        return _fail("compare: nothing was sent, for there is no terminal to ask on; --yes answers", BAD_SETTING)
    signal.signal(signal.SIGTERM, _interrupt)  # whoever gives a build up gets a report, too
    logs.set_up("text", "ERROR")  # that the sandbox refuses what is wrong is no news here
    report = None if arguments.report is None else Path(arguments.report)
    try:
        return command.run(asked, report, lambda line: print(line, flush=True), None if arguments.yes else _confirm)
    except command.InconclusiveError as why:
        return _fail(str(why), command.CANNOT_TELL)


def _confirm() -> bool:
    try:
        return input("Send all this? [y/N] ").strip().lower() in {"y", "yes"}
    except EOFError:
        print()
        return False


COMMANDS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "serve": serve,
    "check": check,
    "schema": print_schema,
    "scenarios": list_scenarios,
    "health": health,
    "exec": run_beside,
    "open": open_world,
    "export": export,
    "compare": compare,
}

_USAGE = {
    "serve": "mock-bsg [serve] [FLAGS]",
    "exec": "mock-bsg exec [FLAGS of serve] -- COMMAND…",
}


_WORDS: Mapping[str, Mapping[str, dict[str, Any]]] = {
    "check": {"files": {"metavar": "FILE", "nargs": "+", "help": "a scenario as YAML or JSON; - is stdin"}},
    "health": {
        "url": {"metavar": "URL", "nargs": "?", "help": "the server's; default: where its settings put it"},
    },
    "open": world_commands.OPEN_WORDS,
    "export": world_commands.EXPORT_WORDS,
    "compare": compare_words.WORDS,
}
"""What a command takes besides settings."""


def _start(arguments: argparse.Namespace, run: Callable[[Settings], int], *, log_level: str = "INFO") -> int:
    """Do all that is between flags and a running server; say what keeps it from running, and tell the exit code."""
    from mock_bsg import logs  # noqa: PLC0415 -- of no use to the quick commands
    from mock_bsg.http.sockets import ServerError  # noqa: PLC0415 -- asyncio is slow to import

    settings = _read_settings(arguments)
    logs.set_up(settings.log_format, log_level)
    for folder in settings.scenario_dirs:
        if not folder.is_dir():
            logs.LOG.warning("this folder of scenarios does not exist", extra={"fields": {"folder": folder}})
    try:
        return run(settings)
    except ServerError as fault:
        return _fail(str(fault), BAD_SETTING)
    except UnknownScenario as fault:
        return _fail(f"--scenario or MOCK_BSG_SCENARIO: {fault}", BAD_SETTING)
    except ScenarioError as fault:
        given_as = "MOCK_BSG_SCENARIO_YAML" if fault.name == ENVIRONMENT_SCENARIO else fault.name
        source = str(settings.scenario_file or given_as)
        for each in fault.problems:
            print(each.render(source), file=sys.stderr)
        return BAD_SCENARIO


def _heed_stops() -> None:
    """Take a stop that comes while a server starts for one; a container's first process has no handler of its own."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    gc.disable()  # nothing that a start makes is garbage; collector.py turns it on again


def _announce(server: Server, what: str) -> None:
    tls = f" · TLS {server.tls_url}" if server.tls_url else ""
    with contextlib.suppress(OSError):  # a server nobody watches still serves
        print(f"mock_bsg {__version__} is ready: API {server.url} · page {server.url}/ · {what}{tls}", flush=True)


def _interrupt(_number: int, _frame: object) -> None:
    """Do what Ctrl-C does, also where a shell keeps Ctrl-C from us, as it does from what runs in the background."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        raise KeyboardInterrupt
    signal.raise_signal(signal.SIGINT)


def _leave(_number: int, _frame: object) -> NoReturn:
    raise SystemExit(OK)


def _read_settings(arguments: argparse.Namespace) -> Settings:
    given = vars(arguments)
    flags = {setting.field: given[setting.field] for setting in SETTINGS if given.get(setting.field)}
    return Settings.read(flags, os.environ)


def _fail(text: str, code: int) -> int:
    print(f"mock-bsg: {text}", file=sys.stderr)
    return code


def _format_help(prog: str) -> argparse.HelpFormatter:
    return argparse.HelpFormatter(prog, max_help_position=26)


class _Parser(argparse.ArgumentParser):
    """Tells a fault in one line, as everything here does."""

    def error(self, message: str) -> NoReturn:
        self.exit(BAD_SETTING, f"mock-bsg: {message}; {self.prog} --help tells more\n")


def _build_parser() -> _Parser:
    parser = _Parser(
        prog="mock-bsg",
        usage="mock-bsg [COMMAND] [FLAGS]",
        description="A local sandbox of the BSG messaging API. Without a command: serve.\n\ncommands:\n"
        + "\n".join(f"  {name:<11}{act.__doc__}" for name, act in COMMANDS.items()),
        epilog="mock-bsg COMMAND --help tells the flags of a command.",
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"mock_bsg {__version__}")
    commands = parser.add_subparsers(help=argparse.SUPPRESS, prog="mock-bsg", parser_class=_Parser)
    for name, act in COMMANDS.items():
        one = commands.add_parser(
            name,
            description=act.__doc__,
            usage=_USAGE.get(name),
            allow_abbrev=False,
            formatter_class=_format_help,
        )
        for word, terms in _WORDS.get(name, {}).items():
            one.add_argument(word, **terms)
        _add_flags(one, *_settings_of(name))
    return parser


def _settings_of(command: str) -> Sequence[Setting]:
    """Tell which settings a command takes as flags."""
    match command:
        case "serve":
            return SETTINGS
        case "exec":
            return [_on_a_free_port(each) if each.field == "port" else each for each in SETTINGS]
        case "scenarios":
            return [each for each in SETTINGS if each.field == "scenario_dirs"]
        case "open":
            return [each for each in SETTINGS if each.field in world_commands.OPEN_SETTINGS]
    return ()


def _on_a_free_port(port: Setting) -> Setting:
    # Two commands at once must not meet on the port of a variable; MOCK_BSG_URL tells each which one it has.
    return replace(port, variable="no variable", default="a free one")


def _add_flags(parser: _Parser, *settings: Setting) -> None:
    for setting in settings:
        if setting.flag is not None:
            parser.add_argument(
                setting.flag,
                dest=setting.field,
                metavar=setting.metavar,
                action="append" if setting.is_repeatable else "store",
                help=f"{setting.help} [{setting.variable}; default: {setting.default}]",
            )
        else:
            parser.epilog = f"{setting.variable} has no flag: {setting.help}."


def _explain_rest(command: str, word: str) -> str:
    if command == "exec" and not word.startswith("-"):
        return f"exec: the command stands behind --, as in: mock-bsg exec -- {word}"
    flags = [setting.flag for setting in _settings_of(command) if setting.flag]
    flags += [each for each in _WORDS.get(command, {}) if each.startswith("-")]
    name = word.split("=", 1)[0]  # what stands behind it may be a key
    return f"{command}: '{name}' is not known here{suggest(name, flags)}"

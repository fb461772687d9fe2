"""Every route of the control API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mock_bsg.control import (
    accounts,
    clock,
    code_templates,
    events,
    incoming,
    journal,
    messages,
    metrics,
    page,
    reports,
    rules,
    samples,
    scenarios,
    server,
    worlds,
)
from mock_bsg.control.exports.selection import QUERY as EXPORT_QUERY
from mock_bsg.control.handling import ControlCall, Route, controlled, error_response
from mock_bsg.runtime import RUNTIME

if TYPE_CHECKING:
    from aiohttp import web


ROUTES = (
    Route("GET", "/_mock/health", server.health, "Whether the server is ready"),
    Route("GET", "/_mock/numbers", server.numbers, "The magic numbers of the default scenario"),
    Route("GET", "/_mock/error-codes", server.error_codes, "The error codes of API v1"),
    Route("GET", "/_mock/ca.pem", server.ca_pem, "The certificate authority of --tls-port"),
    Route("GET", "/_mock/openapi.json", server.openapi, "Both APIs as OpenAPI 3.1"),
    Route("GET", "/_mock/docs", page.docs, "A page that shows both APIs"),
    Route("GET", "/_mock/scenarios", scenarios.list_all, "The scenarios"),
    Route("GET", "/_mock/scenarios/{name}", scenarios.get, "One scenario as YAML"),
    Route("PUT", "/_mock/scenarios/{name}", scenarios.put, "Add or replace a scenario"),
    Route("GET", "/_mock/schema", scenarios.schema, "The JSON Schema of scenarios"),
    Route("POST", "/_mock/check", scenarios.check, "Check a scenario's text without keeping it"),
    Route("GET", "/_mock/samples", samples.list_all, "Sample messages to simulated people, by seed", samples.QUERY),
    Route(
        "GET",
        "/_mock/picture",
        page.picture,
        "A frame that shows one picture and can load nothing else",
        page.PICTURE_QUERY,
    ),
    Route("GET", "/_mock/events", events.stream, "What happens, as server-sent events", events.QUERY),
    Route("GET", "/_mock/metrics", metrics.get, "Metrics in the format of Prometheus"),
    Route("GET", "/_mock/accounts", accounts.list_all, "All accounts seen", accounts.QUERY),
    Route("DELETE", "/_mock/accounts", accounts.forget_all, "Forget all accounts"),
    Route("GET", "/_mock/accounts/{key}", accounts.get, "One account"),
    Route("DELETE", "/_mock/accounts/{key}", accounts.forget, "Forget an account"),
    Route("GET", "/_mock/accounts/{key}/scenario", scenarios.get_followed, "The account's scenario, as YAML"),
    Route("PUT", "/_mock/accounts/{key}/scenario", accounts.use_scenario, "Run another scenario"),
    Route("GET", "/_mock/accounts/{key}/rules", rules.list_all, "The rules and faults that were added"),
    Route("POST", "/_mock/accounts/{key}/rules", rules.add, "Add a rule or a fault to the account's scenario"),
    Route("DELETE", "/_mock/accounts/{key}/rules/{name}", rules.take_back, "Take back a rule that was added"),
    Route(
        "GET",
        "/_mock/accounts/{key}/messages",
        messages.list_all,
        "Messages, newest first",
        messages.LISTING.parameters,
    ),
    Route("GET", "/_mock/accounts/{key}/messages/{id}", messages.get, "One message in full"),
    Route("POST", "/_mock/accounts/{key}/messages/{id}/status", messages.set_status, "Make a status happen now"),
    Route("POST", "/_mock/accounts/{key}/messages/{id}/reply", incoming.reply, "Let the phone answer an SMS"),
    Route(
        "GET",
        "/_mock/accounts/{key}/incoming",
        incoming.list_all,
        "SMS that came from phones, newest first",
        incoming.LISTING.parameters,
    ),
    Route(
        "GET",
        "/_mock/accounts/{key}/requests",
        journal.list_all,
        "The journal of requests, newest first",
        journal.LISTING.parameters,
    ),
    Route("GET", "/_mock/accounts/{key}/requests/{n}", journal.get, "One request with its answer"),
    Route(
        "GET",
        "/_mock/accounts/{key}/reports",
        reports.list_all,
        "Delivery reports, newest first",
        reports.LISTING.parameters,
    ),
    Route("GET", "/_mock/accounts/{key}/reports/{n}", reports.get, "One delivery report"),
    Route("POST", "/_mock/accounts/{key}/reports/{n}/resend", reports.resend, "Send a delivery report again"),
    Route(
        "GET",
        "/_mock/accounts/{key}/log",
        worlds.log,
        "The commands that made the account what it is, newest first",
        worlds.LISTING.parameters,
    ),
    Route(
        "GET",
        "/_mock/accounts/{key}/code-templates",
        code_templates.list_all,
        "The templates that the One API sends one-time codes with",
    ),
    Route("POST", "/_mock/accounts/{key}/rewind", worlds.rewind, "Take back what was done"),
    Route("POST", "/_mock/accounts/{key}/fork", worlds.fork, "Begin another account with the same past"),
    Route(
        "GET",
        "/_mock/accounts/{key}/export",
        worlds.export,
        "Messages and requests as JSON, CSV or Markdown, or all as a world file",
        EXPORT_QUERY,
    ),
    Route("GET", "/_mock/accounts/{key}/clock", clock.get, "The account's clock"),
    Route("POST", "/_mock/accounts/{key}/clock", clock.set_clock, "Advance, speed up or stop the account's clock"),
)


def add_routes(app: web.Application) -> None:
    """Add the control API and the page to the application."""
    page.add_routes(app)
    app[server.ROUTES] = ROUTES
    app[events.FEED] = feed = events.Feed(app[RUNTIME])
    app.on_shutdown.append(lambda _: feed.close())
    for route in ROUTES:
        handler = controlled(route.handle)
        # A key may have braces in it, which a plain {key} would not take.
        path = route.path.replace("}", ":[^/]+}")
        app.router.add_route(route.method, path, handler)
        app.router.add_route(route.method, path + "/", handler)
        if route.handle is server.health:
            app.router.add_route("HEAD", path, handler)  # what many a health check sends
    app.router.add_route("*", "/_mock{rest:(/.*)?}", controlled(_unknown))


async def _unknown(call: ControlCall) -> web.StreamResponse:
    path, method = call.request.path, call.request.method
    methods = ", ".join(route.method for route in ROUTES if _fits(route.path, call.request.rel_url.raw_path))
    if methods and method not in methods.split(", "):  # else a part of the path is empty
        refusal = error_response(405, f"{path} takes {methods}, not {method}")
        refusal.headers["Allow"] = methods
        return refusal
    return error_response(404, f"there is no {path} in the control API")


def _fits(pattern: str, path: str) -> bool:
    wanted, found = pattern.split("/"), path.rstrip("/").split("/")
    return len(wanted) == len(found) and all(
        part.startswith("{") or part == given for part, given in zip(wanted, found, strict=True)
    )

"""As much of a Flectra server as the addon touches: tables in memory, and `mail.thread` with the hooks of a series.

The hooks follow what is known of the gateways of 1.x, 2.x and 3.x: names, arguments, keys of the message dict, which bounces
they see, that a route that is missing is an error, and that posting refuses keys that are no fields.
"""

from __future__ import annotations

import contextlib
import email
import importlib
import re
import sys
import types
from collections.abc import Iterator
from email import policy
from typing import Any

from .addon import ADDON

#: the keys that `message_parse` and the router may leave in the dict for posting
_KNOWN = {
    "message_type", "message_id", "subject", "from", "email_from", "to", "cc", "partner_ids", "date", "parent_id", "body",
    "attachments", "author_id",
}  # fmt: skip
KEYS = {
    "1.x": _KNOWN | {"internal"},
    "2.x": _KNOWN
    | {"recipients", "references", "in_reply_to", "is_internal", "bounced_email", "bounced_partner", "bounced_msg_id"}
    | {"bounced_message"},
    "3.x": _KNOWN
    | {"recipients", "references", "in_reply_to", "is_internal", "bounced_email", "bounced_partner", "bounced_msg_ids"}
    | {"bounced_message", "is_bounce"},
}


class Rows:
    """A recordset. A field that a row does not have is empty; a row refers to others by (table, id)."""

    def __init__(self, env: Env, table: str, ids: list[int]) -> None:
        self.env, self.table, self.ids = env, table, ids

    def __iter__(self) -> Iterator[Rows]:
        return (Rows(self.env, self.table, [id_]) for id_ in self.ids)

    def __bool__(self) -> bool:
        return bool(self.ids)

    def __len__(self) -> int:
        return len(self.ids)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name in self.env.missing.get(self.table, ()):
            raise AttributeError(name)
        if name == "message_new" and self.table in self.env.threads:
            return lambda: None
        if name == "message_receive_bounce" and self.env.series == "1.x" and self.table in self.env.threads:
            return lambda *args, **kwargs: self.env.log(
                "receive_bounce", self.table, self.ids, args[0], kwargs["mail_id"]
            )
        if name == "set_bounced" and self.table == "mail.mail.statistics":
            return lambda **kwargs: self.env.log("set_bounced", kwargs["mail_mail_ids"])
        if name == "_add" and self.table == "mail.blacklist":
            return lambda address: self.env.log("blacklist", address)
        if name in ("message_new", "message_receive_bounce", "set_bounced"):
            raise AttributeError(name)
        if not self.ids:
            return False
        assert len(self.ids) == 1, "expected singleton"
        value = self.env.tables[self.table][self.ids[0]].get(name, False)
        if isinstance(value, tuple):
            return Rows(self.env, value[0], [value[1]])
        return Rows(self.env, "", []) if value is False and (name.endswith("_id") and name != "res_id") else value

    @property
    def id(self) -> int | bool:
        return self.ids[0] if self.ids else False

    @property
    def _fields(self) -> dict[str, None]:
        return dict.fromkeys(key for row in self.env.tables[self.table].values() for key in row)

    def sudo(self) -> Rows:
        return self

    def browse(self, id_: int) -> Rows:
        return Rows(self.env, self.table, [id_])

    def exists(self) -> Rows:
        return Rows(self.env, self.table, [id_ for id_ in self.ids if id_ in self.env.tables[self.table]])

    def get_param(self, key: str) -> Any:
        return self.env.parameters.get(key, False)

    def write(self, values: dict[str, Any]) -> None:
        for id_ in self.ids:
            self.env.tables[self.table][id_].update(values)

    def search(self, domain: list[Any], limit: int | None = None, order: str = "id") -> Rows:
        self.env.searches += 1
        if self.env.broken == self.table:
            raise RuntimeError("secret@customer.example is not to be logged")
        found = [id_ for id_ in sorted(self.env.tables[self.table]) if self._matches(id_, list(domain))]
        if order == "id desc":
            found.reverse()
        return Rows(self.env, self.table, found[:limit])

    def _matches(self, id_: int, domain: list[Any]) -> bool:
        if domain[:1] == ["|"]:
            return any(self._term(id_, *term) for term in domain[1:])
        return all(self._term(id_, *term) for term in domain)

    def _term(self, id_: int, field: str, operator: str, value: Any) -> bool:
        have: Any = self.browse(id_)
        for name in field.split("."):
            have = getattr(have, name)
        if isinstance(have, Rows):
            have = have.id
        if operator == "in":
            return have in value
        if operator == "=ilike":
            return isinstance(have, str) and _like(value).fullmatch(have) is not None
        assert operator == "="
        return bool(have == value)


def _like(pattern: str) -> re.Pattern[str]:
    """SQL's ILIKE."""
    signs = re.findall(r"\\.|.", pattern, re.DOTALL)
    parts = [{"%": ".*", "_": "."}.get(sign, re.escape(sign[-1])) for sign in signs]
    return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)


class Env:
    """The environment, and what happened."""

    uid = 1

    def __init__(self, series: str, tables: dict[str, dict[int, dict[str, Any]]], parameters: dict[str, str]) -> None:
        self.series, self.tables, self.parameters = series, tables, parameters
        #: models that inherit mail.thread
        self.threads = {"crm.lead", "project.task", "res.partner"}
        self.missing = (
            {} if series != "1.x" else {"res.partner": {"email_normalized"}, "res.users": {"email_normalized"}}
        )
        self.broken = ""
        self.searches = 0
        self.events: list[tuple[Any, ...]] = []
        self.cr = types.SimpleNamespace(savepoint=self._savepoint)

    def __getitem__(self, table: str) -> Rows:
        if table not in self.tables:
            raise KeyError(table)
        return Rows(self, table, [])

    def __contains__(self, table: str) -> bool:
        return table in self.tables

    def log(self, *event: Any) -> None:
        self.events.append(event)

    @contextlib.contextmanager
    def _savepoint(self) -> Iterator[None]:
        before = list(self.events)
        try:
            yield
        except Exception:
            self.events = [*before, ("rollback",)]
            raise


class Gateway:
    """`mail.thread` of a series, with a router that says when it was asked."""

    env: Env

    def message_process(self, model: str | None, raw: bytes, custom_values: dict[str, Any] | None = None) -> None:
        old = self.env.series == "1.x"
        message = email.message_from_bytes(raw, policy=policy.compat32 if old else policy.SMTP)  # type: ignore[call-overload]
        parsed = self.message_parse(message)
        if self.env["mail.message"].search([("message_id", "=", parsed["message_id"])]):
            return
        for route in self.message_route(message, parsed, model, None, custom_values):
            self._post(route, dict(parsed))

    def message_parse(self, message: Any, save_original: bool = False) -> dict[str, Any]:
        bounce = message.get_content_type() == "multipart/report"
        found: dict[str, Any] = {
            "message_type": "email",
            "message_id": str(message.get("Message-Id", "<now@localhost>")).strip(),
            "subject": str(message["Subject"]),
            "email_from": str(message["From"]),
            "from": str(message["From"]),
            "to": str(message["To"]),
            "cc": "",
            "partner_ids": [],
            "body": ""
            if message.is_multipart()
            else f"\n<pre>{email.message_from_string(str(message)).get_payload()}</pre>\n",
            "attachments": [],
        }
        found["body"] = found["body"].replace("> ", "&gt; ")
        if self.env.series == "2.x":
            found.update(bounced_email="first@far.example" if bounce else False, bounced_msg_id=False)
        if self.env.series == "3.x":
            found.update(
                is_bounce=bounce, bounced_email="first@far.example" if bounce else False, bounced_msg_ids=False
            )
        return found

    def message_route(
        self,
        message: Any,
        message_dict: dict[str, Any],
        model: str | None = None,
        thread_id: int | None = None,
        custom_values: dict[str, Any] | None = None,
    ) -> list[Any]:
        self.env.log("own router", message_dict["message_id"])
        if "catchall" in message_dict["to"]:
            self.env.log("own answer")
            return []
        if model is None:
            raise ValueError("No possible route found")
        return [(model, thread_id, custom_values, self.env.uid, None)]

    def _routing_handle_bounce(self, message: Any, found: dict[str, Any]) -> None:
        ids = found.get("bounced_msg_ids") or found.get("bounced_msg_id")
        self.env.log("bounce", found["bounced_email"], found["bounced_partner"].ids, ids, found["bounced_message"].ids)

    def _routing_reset_bounce(self, message: Any, found: dict[str, Any]) -> None:
        self.env.log("reset", found["email_from"])

    def _post(self, route: tuple[Any, ...], values: dict[str, Any]) -> None:
        unknown = set(values) - KEYS[self.env.series]
        assert not unknown, f"message_post() got unexpected keyword arguments {unknown}"
        self.env.log("post", route, values)


class _Gateway1(Gateway):
    _routing_handle_bounce = property()  # type: ignore[assignment]
    _routing_reset_bounce = property()  # type: ignore[assignment]


def install(series: str, config: dict[str, Any]) -> tuple[Any, list[str]]:
    """Import the addon into a server of a series; gives its model, mixed with the fake, and the names to forget afterwards."""
    flectra: Any = types.ModuleType("flectra")
    flectra.api = types.SimpleNamespace(model=lambda method: method)
    flectra.models = types.SimpleNamespace(AbstractModel=type("AbstractModel", (), {}))
    flectra.tools = types.SimpleNamespace(config=config)
    flectra.release = types.SimpleNamespace(version_info=(int(series[0]), 0, 0, "final", 0, ""))
    sys.modules["flectra"] = flectra
    sys.path.insert(0, str(ADDON.parent))
    try:
        addon = importlib.import_module(f"{ADDON.name}.models.mail_thread")
    finally:
        sys.path.remove(str(ADDON.parent))
    base = _Gateway1 if series == "1.x" else Gateway
    names = ["flectra", *(name for name in sys.modules if name.partition(".")[0] == ADDON.name)]
    return type("mail.thread", (addon.MailThread, base), {"addon": addon}), names

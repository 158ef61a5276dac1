"""Lets flectra_inbound decide what a mail is and where it belongs; on any trouble Flectra decides, as it did before.

Rules of this file: one hook, `message_route`, which has the same name and arguments in all series; what differs between them
is in series.py. Nothing of a mail goes to the log: kinds, decisions and names of errors do. What the library finds out is
looked up and booked within a savepoint, so that Flectra's own router finds everything as it was.
"""

import logging
import os
import shlex

from flectra import api, models, tools

from ..inbound_client import Client
from ..series import as_bytes, host_of

_logger = logging.getLogger(__name__)
_clients = {}
#: dealt with by not posting it
_CONSUMED = frozenset(["complaint", "duplicate", "ignore", "loop"])
_REFUSED = frozenset(["refuse_catchall", "refuse_sender"])


def client():
    """The worker's client. The command is the server's business, not the database's: who sets it runs programs here."""
    command = tools.config.get("inbound_command") or os.environ.get("FLECTRA_INBOUND_COMMAND")
    timeout = tools.config.get("inbound_timeout") or os.environ.get("FLECTRA_INBOUND_TIMEOUT")
    key = (command or "flectra-inbound worker", float(timeout or 30))
    found = _clients.get(key)
    if found is None:
        found = _clients.setdefault(key, Client(shlex.split(key[0]), timeout=key[1]))
    return found


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def message_route(self, message, message_dict, model=None, thread_id=None, custom_values=None):
        decided = None
        try:
            with self.env.cr.savepoint():
                decided = self._inbound_route(message, message_dict, model, thread_id, custom_values)
        except Exception as error:
            # the name only: a message may quote the mail
            _logger.warning("flectra_inbound failed (%s), Flectra's own router decides", type(error).__name__)
        if decided is None:
            return super().message_route(
                message, message_dict, model=model, thread_id=thread_id, custom_values=custom_values
            )
        routes, changes = decided
        message_dict.update(changes)
        return routes

    @api.model
    def _inbound_route(self, message, message_dict, model, thread_id, custom_values):
        """The routes and what to change in the message dict; None where Flectra's own router has the word."""
        host = host_of(self.env)
        raw, gateway = as_bytes(message), host.gateway(model)
        found = client().flectra(raw, host.answers, gateway=gateway)
        routing = found["routing"]
        if routing["needs"]:
            _logger.warning("flectra_inbound still asks for %s", ", ".join(need["kind"] for need in routing["needs"]))
            return None
        decision = routing["decision"]
        _logger.info("flectra_inbound: %s, %s", found["kind"], decision)
        if decision == "bounce":
            sent = host.sent()
            if sent:  # a report about a mail of ours may be believed more
                found = client().flectra(raw, host.answers, gateway=gateway, sent=sent)
            for bounce in found["bounces"]:
                host.count(self, message, message_dict, bounce, routing["targets"])
            return [], {}
        if decision == "complaint":
            self._inbound_complaint(found)
        if decision in _CONSUMED or (decision in _REFUSED and not routing["answer"]):
            return [], {}
        if found["routes"] is None or decision in _REFUSED:
            # nothing found, which Flectra says by raising; or an answer that it words
            return None
        address = host.sender
        if address and found["kind"] in ("message", "auto_reply"):
            host.reset(self, message, message_dict, address)
        routes = [
            host.route(route, decision, address, thread_id=thread_id, custom_values=custom_values)
            for route in found["routes"]
        ]
        return routes, self._inbound_changes(host, message_dict, found, routes, address)

    @api.model
    def _inbound_changes(self, host, message_dict, found, routes, address):
        """What the message dict gets: keys that it has already, and those that Flectra's router adds."""
        changes = {key: found["message"][key] for key in host.verdict if key in message_dict}
        if message_dict.get("body"):
            changes["body"] = client().fold_html(message_dict["body"])
        if not message_dict.get("author_id"):
            model, record, _, _, _ = routes[0]
            changes["author_id"] = host.author(address, model, record)
        parent = found["routing"]["parent_message_id"]
        if parent:
            changes.update(host.parent(parent))
        return changes

    @api.model
    def _inbound_complaint(self, found):
        """A recipient complained (RFC 5965). For others to extend: the addon itself opts nobody out on a stranger's word.

        `found["complaint"]` has `recipients` and `original_message_ids`: compare the ids with those of mails that were sent.
        """

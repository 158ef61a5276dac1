"""What differs between Flectra 1.x, 2.x and 3.x, and the questions of the library put to the ORM.

Rules of this file: whoever needs another name or another field in another series finds it here. Everything is looked up by an
index or by a few names, never by reading all aliases or records. Addresses come in lower case.
"""

import ast
import io
from email.generator import BytesGenerator

from flectra import release


def series():
    """The series of this server, as the library names it."""
    return "{}.x".format(release.version_info[0])


def as_bytes(message):
    """The mail as it came. Fields are not folded anew: that garbles broken ones."""
    policy = message.policy.clone(max_line_length=None)
    if hasattr(policy, "refold_source"):
        policy = policy.clone(refold_source="none")
    out = io.BytesIO()
    BytesGenerator(out, mangle_from_=False, policy=policy).flatten(message)
    return out.getvalue()


class _Host:
    """What all series share."""

    #: keys of the message dict that say whether it is a bounce
    verdict = ()
    #: the key that says that a note is answered
    internal = "is_internal"

    def __init__(self, env):
        self.env = env
        self.sender = ""
        self._aliases = {}  # (name, model, record) -> mail.alias
        self._messages = {}  # Message-ID -> mail.message

    # -- the gateway and its answers ---------------------------------------------------------------------------------

    def gateway(self, fallback_model):
        """The configuration, as `load_gateway` takes it."""
        found = {"version": series(), "alias_domains": self._domains()}
        if fallback_model:
            found["fallback_model"] = fallback_model
        return found

    def answers(self, needs):
        """What the library asks, in one go; a question of a later version stays open. Aliases first, then who follows them."""
        found = {}
        for need in sorted(needs, key=lambda need: need["kind"]):
            answer = getattr(self, "_{}_of".format(need["kind"]), None)
            if answer is not None:
                found[need["kind"]] = answer(need["keys"])
        return found

    def _threads_of(self, keys):
        found = dict.fromkeys(keys)
        messages = self.env["mail.message"].sudo().search([("message_id", "in", keys)], order="id")
        for message in messages:  # the newest comes last
            self._messages[message.message_id] = message
            found[message.message_id] = {
                "model": message.model or None,
                "record_id": message.res_id or None,
                "internal": bool(message.subtype_id.internal),
                "order": message.id,
            }
        return found

    def sent(self):
        """Those of the messages asked for that are known to have gone to somebody, and to whom.

        Whoever got a mail knows its id, and could write a report about others: so none without recipients.
        """
        found = []
        for message_id, message in sorted(self._messages.items()):
            domain = [("mail_message_id", "=", message.id)]
            notified = self.env["mail.notification"].sudo().search(domain)
            addresses = [row.res_partner_id.email for row in notified if row.res_partner_id.email]
            if addresses:
                found.append({"message_id": message_id, "recipients": addresses})
        return found

    def _aliases_of(self, keys):
        found = {}
        for key in keys:
            found[key] = [self._alias(record) for record in self._alias_records(key)]
        return found

    def _alias_records(self, key):
        """The aliases of a local part; in 3.x of an address too."""
        if "@" in key:
            return []
        return self.env["mail.alias"].sudo().search([("alias_name", "=", key)])

    def _alias(self, record):
        found = {
            "name": record.alias_name,
            "model": record.alias_model_id.model,
            "force_thread_id": record.alias_force_thread_id or None,
            "contact": record.alias_contact,
            "parent_model": record.alias_parent_model_id.model or None,
            "parent_record_id": record.alias_parent_thread_id or None,
        }
        self._aliases[found["name"], found["model"], found["force_thread_id"]] = record
        return found

    def _sender_of(self, keys):
        self.sender = keys[0]
        partners = self._partners(self.sender)
        return {
            "partner": bool(partners) and not self._is_alias(self.sender),
            "employee": self._is_employee(self.sender),
            "follows": self._followed(partners),
        }

    def _records_of(self, keys):
        found = {}
        for key in keys:
            model, _, record = key.rpartition(",")
            found[key] = model in self.env and bool(self.env[model].sudo().browse(int(record)).exists())
        return found

    def _mails_of(self, keys):
        """What was sent under the numbers that return paths name; Flectra deletes most of it after a while."""
        found = dict.fromkeys(keys)
        for mail in self.env["mail.mail"].sudo().search([("id", "in", [int(key) for key in keys])]):
            found[str(mail.id)] = {"model": mail.model or None, "record_id": mail.res_id or None}
        return found

    def _models_of(self, keys):
        return {key: key in self.env and hasattr(self.env[key], "message_new") for key in keys}

    # -- people ------------------------------------------------------------------------------------------------------

    def _partners(self, address):
        return self.env["res.partner"].sudo().search([("email_normalized", "=", address)])

    def _users(self, address):
        return self.env["res.users"].sudo().search([("email_normalized", "=", address)], limit=1)

    def _is_alias(self, address):
        local, _, domain = address.rpartition("@")
        return domain in [own["name"].lower() for own in self._domains()] and bool(self._alias_records(local))

    def _is_employee(self, address):
        if "hr.employee" not in self.env:
            return False
        like = _literally(address)
        domain = ["|", ("work_email", "=ilike", like), ("user_id.email", "=ilike", like)]
        return bool(self.env["hr.employee"].sudo().search(domain, limit=1))

    def _followed(self, partners):
        """Those records that a sender must follow to write to the aliases at hand."""
        found = []
        for record in self._aliases.values():
            if record.alias_contact != "followers" or not partners:
                continue
            model, res_id = record.alias_model_id.model, record.alias_force_thread_id
            if not res_id:
                model, res_id = record.alias_parent_model_id.model, record.alias_parent_thread_id
            if model and res_id and self._followers(partners, model, res_id):
                found.append("{},{}".format(model, res_id))
        return found

    def _followers(self, partners, model, res_id):
        domain = [("partner_id", "in", partners.ids), ("res_model", "=", model), ("res_id", "=", res_id)]
        return self.env["mail.followers"].sudo().search(domain)

    # -- what the router returns -------------------------------------------------------------------------------------

    def route(self, route, decision, address, thread_id=None, custom_values=None):
        """A route as Flectra wants it: with the alias's record, and the user who creates."""
        record = route["thread_id"]
        values = custom_values
        alias = None
        if route["alias"]:
            matching = [
                (key[2] == record, found)
                for key, found in self._aliases.items()
                if key[:2] == (route["alias"], route["model"])
            ]
            alias = max(matching, key=lambda match: match[0])[1]
        if decision == "fallback":
            record = thread_id
        elif decision != "reply":
            values = dict(ast.literal_eval(alias.alias_defaults or "{}"))
        return route["model"] or False, record or None, values, self._user(address, alias), alias

    def _user(self, address, alias):
        if alias is not None and "alias_user_id" in alias._fields and alias.alias_user_id:
            return alias.alias_user_id.id
        found = self._users(address) if address else None
        return found.id if found else self.env.uid

    def author(self, address, model, res_id):
        """The partner who wrote: a follower of the record, else one with a user, else any; False for an alias."""
        partners = self._partners(address) if address and not self._is_alias(address) else []
        if not partners:
            return False
        followers = self._followers(partners, model, res_id) if model and res_id else []
        for follower in followers:
            return follower.partner_id.id
        for partner in partners:
            if partner.user_ids:
                return partner.id
        return next(iter(partners)).id

    def parent(self, message_id):
        """The message that is answered, as keys of the message dict."""
        found = self.env["mail.message"].sudo().search([("message_id", "=", message_id)], order="id desc", limit=1)
        return {"parent_id": found.id, self.internal: bool(found.subtype_id.internal)} if found else {}

    # -- counters ----------------------------------------------------------------------------------------------------

    def count(self, thread, message, message_dict, bounce, targets):
        """Let Flectra, and what extends it, book a failed recipient."""
        messages = self.env["mail.message"].sudo().search([("message_id", "in", bounce["message_ids"])])
        booked = dict(message_dict, bounced_email=bounce["email"])
        booked["bounced_partner"] = self._partners(bounce["email"].lower())
        booked["bounced_message"] = messages
        booked.update(self._bounced_ids(bounce))
        thread._routing_handle_bounce(message, booked)

    def _bounced_ids(self, bounce):
        raise NotImplementedError

    def reset(self, thread, message, message_dict, address):
        """A sign of life. Flectra compares with the field as it stands, and misses whoever has a display name."""
        if hasattr(thread, "_routing_reset_bounce"):
            thread._routing_reset_bounce(message, dict(message_dict, email_from=address))

    def _domains(self):
        read = self.env["ir.config_parameter"].sudo().get_param
        name = read("mail.catchall.domain")
        if not name:
            return []
        bounce = read("mail.bounce.alias") or "bounce"
        return [{"name": name, "bounce": bounce, "catchall": read("mail.catchall.alias") or "catchall"}]


class _Host1(_Host):
    """1.x: no normalised addresses, and no hook for bounces."""

    internal = "internal"

    def _partners(self, address):
        return self.env["res.partner"].sudo().search([("email", "=ilike", _literally(address))])

    def _users(self, address):
        return self.env["res.users"].sudo().search([("email", "=ilike", _literally(address))], limit=1)

    def count(self, thread, message, message_dict, bounce, targets):
        email, mail_id = bounce["email"], bounce["mail_id"]
        partners = self._partners(email.lower())
        for partner in partners:
            partner.message_receive_bounce(email, partner, mail_id=mail_id)
        for target in targets:
            if target["record_id"] and target["model"] in self.env:
                record = self.env[target["model"]].sudo().browse(target["record_id"])
                if hasattr(record, "message_receive_bounce"):
                    record.message_receive_bounce(email, partners, mail_id=mail_id)
        messages = self.env["mail.message"].sudo().search([("message_id", "in", bounce["message_ids"])])
        if partners and messages:
            domain = [("mail_message_id", "in", messages.ids), ("res_partner_id", "in", partners.ids)]
            self.env["mail.notification"].sudo().search(domain).write({"email_status": "bounce"})
        if mail_id and "mail.mail.statistics" in self.env:
            self.env["mail.mail.statistics"].sudo().set_bounced(mail_mail_ids=[mail_id])


class _Host2(_Host):
    verdict = ("bounced_email", "bounced_msg_id")

    def _bounced_ids(self, bounce):
        return {"bounced_msg_id": bounce["message_ids"]}


class _Host3(_Host):
    """3.x: several alias domains, each with its own names."""

    verdict = ("is_bounce", "bounced_email", "bounced_msg_ids")

    def gateway(self, fallback_model):
        found = super().gateway(fallback_model)
        allowed = self.env["ir.config_parameter"].sudo().get_param("mail.catchall.domain.allowed") or ""
        found["allowed_domains"] = [name.strip() for name in allowed.split(",") if name.strip()]
        return found

    def _domains(self):
        return [
            {
                "name": domain.name,
                "bounce": domain.bounce_alias,
                "catchall": domain.catchall_alias,
                "default_from": (domain.default_from or "").partition("@")[0] or None,
            }
            for domain in self.env["mail.alias.domain"].sudo().search([])
        ]

    def _alias_records(self, key):
        if "@" in key:
            return self.env["mail.alias"].sudo().search([("alias_full_name", "=", key)])
        return self.env["mail.alias"].sudo().search([("alias_name", "=", key), ("alias_incoming_local", "=", True)])

    def _alias(self, record):
        found = super()._alias(record)
        found["domain"] = record.alias_domain_id.name or None
        found["incoming_local"] = bool(record.alias_incoming_local)
        return found

    def _is_alias(self, address):
        return bool(self._alias_records(address))

    def _bounced_ids(self, bounce):
        return {"bounced_msg_ids": bounce["message_ids"], "is_bounce": True}


def host_of(env):
    """The host of this server's series."""
    return {"1.x": _Host1, "2.x": _Host2, "3.x": _Host3}[series()](env)


def _literally(address):
    """For `=ilike`, in which % and _ stand for anything."""
    return address.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")

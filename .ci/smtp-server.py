#!/usr/bin/env python3
"""A mail server for tests, on loopback, on free ports. Keeps what it takes.

  .ci/smtp-server.py FOLDER CERTIFICATE KEY USERNAME

The password is read from standard input. Prints three ports: one with STARTTLS, one with TLS from the
first byte on, both for that user only; and one without either, for everybody. Every mail becomes
FOLDER/ID.eml, as it came, and FOLDER/ID.json, taken apart. An address that begins with `nobody` is
refused for good, one that begins with `later` for now.
"""

import asyncio
import hmac
import json
import ssl
import sys
import uuid
from email import message_from_bytes, policy
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult


class Keep:
    def __init__(self, folder):
        self.folder = Path(folder)

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody"):
            return f"550 5.1.1 <{address}>: no such user"
        if address.startswith("later"):
            return f"450 4.2.1 <{address}>: try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = message_from_bytes(envelope.content, policy=policy.default)
        parts = {part.get_content_type(): part.get_content() for part in mail.iter_parts()}
        taken_apart = {
            "envelope": {"from": envelope.mail_from, "to": envelope.rcpt_tos},
            "tls": session.ssl is not None or self.is_tls(server),
            "user": session.auth_data,
            "kind": mail.get_content_type(),
            "headers": {name.lower(): str(value) for name, value in mail.items()},
            "defects": [str(defect) for defect in mail.defects],
            "parts": parts,
        }
        name = uuid.uuid4().hex
        for suffix, contents in (
            (".eml", envelope.content),
            (".json", json.dumps(taken_apart).encode()),
        ):
            # Complete as soon as it is there.
            draft = self.folder / f"{name}{suffix}.draft"
            draft.write_bytes(contents)
            draft.rename(self.folder / f"{name}{suffix}")
        return "250 OK"

    @staticmethod
    def is_tls(server):
        return server.transport.get_extra_info("sslcontext") is not None


async def main(folder, certificate, key, username):
    password = sys.stdin.readline().strip()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    keep = Keep(folder)

    def check(server, session, envelope, mechanism, login):
        given = (login.login.decode(), login.password.decode())
        good = hmac.compare_digest("\0".join(given).encode(), f"{username}\0{password}".encode())
        # The server answers 535 itself.
        return AuthResult(success=good, handled=False, auth_data=given[0])

    closed = {"authenticator": check, "auth_required": True}
    ways = [
        (dict(tls_context=context, require_starttls=True, **closed), None),
        # Its own check knows STARTTLS only.
        (dict(auth_require_tls=False, **closed), context),
        ({}, None),
    ]
    loop = asyncio.get_running_loop()
    ports = []
    for settings, tls in ways:
        server = await loop.create_server(
            lambda settings=settings: SMTP(keep, enable_SMTPUTF8=True, **settings),
            "127.0.0.1",
            0,
            ssl=tls,
        )
        ports.append(str(server.sockets[0].getsockname()[1]))
    print(*ports, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    asyncio.run(main(*sys.argv[1:]))

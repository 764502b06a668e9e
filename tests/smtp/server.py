"""A mail server for the tests. Prints what it takes, one JSON object per line, after a line that says it is ready.

    server.py PORT [CERTIFICATE KEY USER PASSWORD]

With a certificate, it insists on STARTTLS and then on a sign-in.
"""

import json
import ssl
import sys
import time

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


class Taker:
    async def handle_DATA(self, server, session, envelope):
        taken = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "encrypted": session.ssl is not None,
            "signed_in": bool(session.authenticated),
            "message": envelope.content.decode("utf-8"),
        }
        print(json.dumps(taken), flush=True)
        return "250 taken"


def options(certificate, key, user, password):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)

    def sign_in(server, session, envelope, mechanism, data):
        accepted = (data.login, data.password) == (user.encode(), password.encode())
        return AuthResult(success=accepted, handled=False)

    return {
        "tls_context": context,
        "require_starttls": True,
        "auth_required": True,
        "authenticator": sign_in,
    }


port, *secured = sys.argv[1:]
Controller(Taker(), hostname="127.0.0.1", port=int(port), **(options(*secured) if secured else {})).start()
print(json.dumps("ready"), flush=True)
while True:
    time.sleep(3600)

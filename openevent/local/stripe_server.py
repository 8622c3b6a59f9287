"""Stripe on one's own machine: ``python -m openevent.local.stripe_server FOLDER PORT_FILE [WEBHOOK_URL SECRET]``.

The package localstripe answers; added here is what it leaves out and we rely on: idempotency keys, card tokens for
PaymentIntents, the card of a charge, and the exchange of Connect codes. What it holds is kept in FOLDER.
"""

import asyncio
import contextlib
import pickle
import secrets
import signal
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from aiohttp import web
from localstripe import resources, server
from localstripe.webhooks import register_webhook

from .mailbox import remembered_port

TEST_TOKENS = {"tok_visa": "pm_card_visa", "tok_chargeDeclined": "pm_card_chargeCustomerFail"}
TOKEN_FIELD = "payment_method_data[card][token]"


class Front:
    """What stands between the SDK and the package: answers by idempotency key, and the missing routes."""

    def __init__(self) -> None:
        self.answers: dict[str, web.Response | asyncio.Future[Any]] = {}

    @web.middleware
    async def once(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """The first answer to an idempotency key is the answer for ever."""
        key = request.headers.get("Idempotency-Key")
        if request.method != "POST" or not key:
            return await handler(request)
        key = f"{request.path} {key}"
        while key in self.answers:
            known = self.answers[key]
            if isinstance(known, asyncio.Future):
                await known
                continue
            return web.Response(status=known.status, body=known.body, content_type="application/json")
        self.answers[key] = working = asyncio.get_running_loop().create_future()
        try:
            response = await handler(request)
            self.answers[key] = response
        except BaseException:
            del self.answers[key]
            raise
        finally:
            working.set_result(None)
        return response

    @web.middleware
    async def routes(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """Connect codes, and card tokens turned into payment methods."""
        if request.path == "/oauth/token":
            return await exchange(request)
        if request.path == "/v1/payment_intents" and request.method == "POST":
            await take_token(request)
        return await handler(request)


async def exchange(request: web.Request) -> web.Response:
    """Any code is the way to an account of its own, except one that says that it is wrong."""
    code = str((await request.post()).get("code", ""))
    if code.startswith("wrong"):
        body = {"error": "invalid_grant", "error_description": "Authorization code does not exist: " + code}
        return web.json_response(body, status=400)
    account = secrets.token_hex(8)
    return web.json_response(
        {
            "access_token": f"sk_test_{account}{secrets.token_hex(12)}",
            "refresh_token": f"rt_{secrets.token_hex(12)}",
            "stripe_publishable_key": f"pk_test_{account}",
            "stripe_user_id": f"acct_{account}",
            "token_type": "bearer",
            "scope": "read_write",
            "livemode": False,
        }
    )


async def take_token(request: web.Request) -> None:
    """Put the payment method of a card's token into the body that the package will read."""
    fields = dict(parse_qsl((await request.read()).decode()))
    token = fields.pop(TOKEN_FIELD, None)
    if token is None:
        return
    fields.pop("payment_method_data[type]", None)
    card = resources.store.get(f"token:{token}")
    fields["payment_method"] = (
        card.card.id if card is not None else TEST_TOKENS.get(token, token.replace("tok_", "pm_"))
    )
    request._read_bytes = urlencode(fields).encode()
    request._post = None


def name_cards() -> None:
    """Let charges say which card they were of, as Stripe's do."""
    original = resources.Charge.__init__

    def make(charge: Any, *args: Any, **kwargs: Any) -> None:
        original(charge, *args, **kwargs)
        method = resources.store.get(f"payment_method:{charge.payment_method}")
        if getattr(method, "type", "") == "card":
            charge.payment_method_details = {"type": "card", "card": method.card}

    resources.Charge.__init__ = make


def keep_in(folder: Path) -> None:
    """Let the package's store lie in ``folder`` instead of a place that all users share."""
    path = folder / "store"
    folder.mkdir(parents=True, exist_ok=True)

    def dump(store: Any) -> None:
        half = path.with_suffix(".part")
        with contextlib.suppress(RuntimeError):  # changed meanwhile: the next change is written anyway
            half.write_bytes(pickle.dumps(dict(store)))
            half.rename(path)

    if path.exists():
        dict.update(resources.store, pickle.loads(path.read_bytes()))  # noqa: S301  (written by us, in our folder)
    resources.Store.dump_to_disk = dump  # called after each request that writes
    resources.Store.__setitem__ = dict.__setitem__
    resources.Store.__delitem__ = dict.__delitem__


async def serve(folder: Path, port_file: Path) -> None:
    """Answer on 127.0.0.1 until SIGTERM; the port is written to ``port_file`` once it is open."""
    front = Front()
    server.app.middlewares.insert(1, front.once)
    server.app.middlewares.insert(1, front.routes)
    runner = web.AppRunner(server.app, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", remembered_port(port_file))
        await site.start()
    except OSError:  # somebody else took it meanwhile
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
    half = port_file.with_suffix(".part")
    half.write_text(str(runner.addresses[0][1]))
    half.rename(port_file)
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    await stopped.wait()
    await runner.cleanup()


if __name__ == "__main__":
    name_cards()
    keep_in(Path(sys.argv[1]))
    if len(sys.argv) > 4:
        register_webhook("openevent", sys.argv[3], sys.argv[4], None)
    asyncio.run(serve(Path(sys.argv[1]), Path(sys.argv[2])))

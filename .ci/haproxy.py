"""Signs in with slixmpp over STARTTLS, one after another: haproxy.py JID:PORT …"""

import asyncio
import logging
import ssl
import sys

import slixmpp

PATIENCE = 60
logging.basicConfig(level=logging.CRITICAL)


class Person(slixmpp.ClientXMPP):
    def __init__(self, jid):
        super().__init__(jid, "secret")
        self.ready = asyncio.Event()
        self.gone = asyncio.Event()
        self.add_event_handler("session_start", lambda _: self.ready.set())
        self.add_event_handler("disconnected", lambda _: self.gone.set())


async def main():
    for argument in sys.argv[1:]:
        jid, _, port = argument.rpartition(":")
        person = Person(jid)
        person.ssl_context.check_hostname = False
        person.ssl_context.verify_mode = ssl.CERT_NONE
        person.connect(("127.0.0.1", int(port)))
        try:
            await asyncio.wait_for(person.ready.wait(), PATIENCE)
        except asyncio.TimeoutError:
            sys.exit("waited in vain for the session of " + jid)
        person.disconnect()
        await asyncio.wait_for(person.gone.wait(), PATIENCE)


asyncio.get_event_loop().run_until_complete(main())

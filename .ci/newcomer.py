"""Two people with slixmpp: sign in over STARTTLS, talk, meet in a room; then one is blocked and cannot return."""

import asyncio
import logging
import ssl
import subprocess
import sys

import slixmpp

PORT = int(sys.argv[1])
GATEHOUSE = sys.argv[2]
ROOM = "hall@conference.localhost"
PATIENCE = 60

# The library tells of the end of a stream by a log line of its own.
logging.basicConfig(level=logging.CRITICAL)


class Person(slixmpp.ClientXMPP):
    def __init__(self, name, password):
        super().__init__(name + "@localhost/phone", password)
        self.name = name
        self.heard = asyncio.Queue()
        self.in_room = asyncio.Queue()
        self.ready = asyncio.Event()
        self.stream_errors = asyncio.Queue()
        self.refusals = asyncio.Queue()
        self.gone = asyncio.Event()
        self.register_plugin("xep_0045")
        self.register_plugin("xep_0199")
        self.add_event_handler("session_start", self.started)
        self.add_event_handler("message", self.message)
        self.add_event_handler("groupchat_message", lambda m: self.in_room.put_nowait((m["mucnick"], m["body"])))
        self.add_event_handler("stream_error", lambda e: self.stream_errors.put_nowait((e["condition"], e["text"])))
        self.add_event_handler("failed_auth", self.failed)
        self.add_event_handler("disconnected", lambda _: self.gone.set())

    def failed(self, failure):
        self.refusals.put_nowait((failure["condition"], failure["text"]))

    async def started(self, _):
        self.send_presence()
        await self.get_roster()
        self.ready.set()

    def message(self, message):
        if message["type"] in ("chat", "normal"):
            self.heard.put_nowait((message["from"].bare, message["body"]))

    def go(self):
        self.ssl_context.check_hostname = False
        self.ssl_context.verify_mode = ssl.CERT_NONE
        self.connect(("127.0.0.1", PORT))


async def within(awaitable, what):
    try:
        return await asyncio.wait_for(awaitable, PATIENCE)
    except asyncio.TimeoutError:
        sys.exit("waited in vain: " + what)


def expect(actual, expected):
    if actual != expected:
        sys.exit("expected %r, got %r" % (expected, actual))


async def main():
    alice, bob = Person("alice", "secret1"), Person("bob", "secret2")
    alice.go()
    bob.go()
    await within(alice.ready.wait(), "alice's session")
    await within(bob.ready.wait(), "bob's session")
    if not isinstance(alice.transport.get_extra_info("ssl_object"), (ssl.SSLObject, ssl.SSLSocket)):
        sys.exit("alice's connection is not encrypted")

    alice.send_message(mto="bob@localhost", mbody="hello bob", mtype="chat")
    expect(await within(bob.heard.get(), "alice's message"), ("alice@localhost", "hello bob"))
    bob.send_message(mto="alice@localhost", mbody="hello alice", mtype="chat")
    expect(await within(alice.heard.get(), "bob's message"), ("bob@localhost", "hello alice"))

    await within(alice["xep_0045"].join_muc_wait(ROOM, "Alice", timeout=PATIENCE), "alice's entry")
    form = await alice["xep_0045"].get_room_config(ROOM)
    form["type"] = "submit"
    form.set_values({"muc#roomconfig_persistentroom": True})
    await within(alice["xep_0045"].set_room_config(ROOM, form), "the room's configuration")
    await within(bob["xep_0045"].join_muc_wait(ROOM, "Bob", timeout=PATIENCE), "bob's entry")
    bob.send_message(mto=ROOM, mbody="hello hall", mtype="groupchat")
    expect(await within(alice.in_room.get(), "the room's message"), ("Bob", "hello hall"))

    answer = await asyncio.create_subprocess_exec(
        GATEHOUSE, "blocklist", "addUser", "--user", "bob@localhost", "--reason", "Spam",
        stdout=subprocess.PIPE)
    out, _ = await answer.communicate()
    expect(answer.returncode, 0)
    if b'"addUser" : true' not in out:
        sys.exit("addUser answered %r" % out)
    expect(await within(bob.stream_errors.get(), "the end of bob's session"), ("conflict", "Spam"))
    bob.abort()

    again = Person("bob", "secret2")
    again.go()
    # The library first tries a kind of channel binding that TLS 1.3 does not have, and is refused for that.
    refusal = await within(again.refusals.get(), "bob's refusal")
    while refusal[0] == "not-authorized":
        refusal = await within(again.refusals.get(), "bob's refusal")
    expect(refusal, ("account-disabled", "Spam"))
    again.abort()
    alice.disconnect()
    await within(alice.gone.wait(), "alice's goodbye")


asyncio.get_event_loop().run_until_complete(main())

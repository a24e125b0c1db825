"""People with slixmpp. Usage: clients.py PORT STEP

    before: dora befriends alice, bob and carol, talks with each one's phone and has an avatar; each has a bookmark
    copies: dora and each one's phone talk again, while their other clients are on
    after:  what the other clients did, as dora and the phones see it
    avatar: prints the name of dora's avatar
    alone:  carbons, the archive, bookmarks, avatars and blocking, each done by one client and seen by another
"""

import asyncio
import base64
import hashlib
import logging
import ssl
import sys
from xml.etree import ElementTree

import slixmpp
from slixmpp.exceptions import IqError

PORT, STEP = int(sys.argv[1]), sys.argv[2]
OTHERS = ("alice", "bob", "carol")
HALL, GARDEN, CELLAR = (room + "@conference.localhost" for room in ("hall", "garden", "cellar"))
PATIENCE = 60
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)

AVATAR = hashlib.sha1(PNG).hexdigest()

# The library tells of the end of a stream by a log line of its own.
logging.basicConfig(level=logging.CRITICAL)


class Client(slixmpp.ClientXMPP):
    def __init__(self, name, resource):
        super().__init__(f"{name}@localhost/{resource}", f"secret-{name}")
        for plugin in ("0030", "0048", "0049", "0054", "0059", "0060", "0084", "0115", "0163", "0191", "0199",
                       "0280", "0313", "0352"):
            self.register_plugin("xep_" + plugin)
        self.ready = asyncio.Event()
        self.heard = asyncio.Queue()
        self.copies = asyncio.Queue()
        self.avatars = asyncio.Queue()
        self.friends = asyncio.Queue()
        self.add_event_handler("session_start", self.started)
        self.add_event_handler("message", lambda m: m["body"] and self.heard.put_nowait(m["body"]))
        self.add_event_handler(
            "carbon_received", lambda m: self.copies.put_nowait(("received", m["carbon_received"]["body"]))
        )
        self.add_event_handler("carbon_sent", lambda m: self.copies.put_nowait(("sent", m["carbon_sent"]["body"])))
        self.add_event_handler("avatar_metadata_publish", self.avatars.put_nowait)
        self.add_event_handler("presence_subscribed", lambda p: self.friends.put_nowait(p["from"].bare))
        self.auto_authorize = True
        self.auto_subscribe = True

    async def started(self, _):
        self.send_presence()
        await self.get_roster()
        await self["xep_0280"].enable()
        self.ready.set()

    def go(self):
        self.ssl_context.check_hostname = False
        self.ssl_context.verify_mode = ssl.CERT_NONE
        self.connect(("127.0.0.1", PORT))

    def say(self, to, body):
        self.send_message(mto=to, mbody=body, mtype="chat")


async def within(awaitable, what):
    try:
        return await asyncio.wait_for(awaitable, PATIENCE)
    except asyncio.TimeoutError:
        raise SystemExit(f"waited in vain for {what}") from None


def equal(expected, seen, what):
    if expected != seen:
        raise SystemExit(f"{what}: expected {expected!r}, saw {seen!r}")


async def carbons(phone, desk, bob):
    bob.say(phone.boundjid.full, "to the phone")
    equal("to the phone", await within(phone.heard.get(), "a message"), "message")
    equal(("received", "to the phone"), await within(desk.copies.get(), "a received copy"), "copy")
    phone.say("bob@localhost", "from the phone")
    equal("from the phone", await within(bob.heard.get(), "a message"), "message")
    equal(("sent", "from the phone"), await within(desk.copies.get(), "a sent copy"), "copy")


async def archive(desk):
    results = await within(desk["xep_0313"].retrieve(with_jid="bob@localhost"), "the archive")
    found = [r["mam_result"]["forwarded"]["stanza"]["body"] for r in results["mam"]["results"]]
    equal(["to the phone", "from the phone"], found[-2:], "what the archive has")
    pages = desk["xep_0313"].retrieve(with_jid="bob@localhost", iterator=True, reverse=True, rsm={"max": "1"})
    page = await within(pages.__anext__(), "the last page")
    found = [r["mam_result"]["forwarded"]["stanza"]["body"] for r in page["mam"]["results"]]
    equal(["from the phone"], found, "the last page")


async def bookmarked(client):
    node = client["xep_0060"].get_items(client.boundjid.bare, "urn:xmpp:bookmarks:1")
    return [item["id"] for item in (await within(node, "the bookmarks"))["pubsub"]["items"]]


async def bookmarks(phone, desk):
    storage = phone["xep_0048"].stanza.Bookmarks()
    storage.add_conference(HALL, "alice", autojoin=True, name="The hall")
    await within(phone["xep_0049"].store(storage), "the private storage")
    rooms = await bookmarked(desk)
    equal(True, HALL in rooms, f"the room among the bookmarks {rooms}")


async def publish_avatar(client):
    await within(client["xep_0084"].publish_avatar(PNG), "the avatar")
    await within(
        client["xep_0084"].publish_avatar_metadata(
            [{"id": AVATAR, "bytes": str(len(PNG)), "type": "image/png", "height": "1", "width": "1"}]
        ),
        "the avatar's description",
    )


async def avatars(phone, bob):
    await publish_avatar(phone)
    card = await within(bob["xep_0054"].get_vcard("alice@localhost"), "the visiting card")
    equal(PNG, card["vcard_temp"]["PHOTO"]["BINVAL"], "the avatar in the visiting card")


async def blocking(phone, bob):
    await within(phone["xep_0191"].block("bob@localhost"), "blocking")
    refused = asyncio.Queue()
    bob.add_event_handler("message_error", refused.put_nowait)
    bob.say("alice@localhost", "are you there?")
    error = await within(refused.get(), "the refusal")
    equal("service-unavailable", error["error"]["condition"], "the error of one who is blocked")
    await within(phone["xep_0191"].unblock("bob@localhost"), "unblocking")


async def talk(dora, phone, when):
    """What each client has to show later: the archive's words, or copies."""
    name = phone.boundjid.user
    dora.say(phone.boundjid.full, f"{when} dora told {name}")
    equal(f"{when} dora told {name}", await within(phone.heard.get(), f"a message to {name}"), "message")
    phone.say(dora.boundjid.full, f"{when} {name} told dora")
    equal(f"{when} {name} told dora", await within(dora.heard.get(), f"a message of {name}"), "message")


async def before(dora, *phones):
    await publish_avatar(dora)
    for phone in phones:
        dora.send_presence_subscription(phone.boundjid.bare)
        equal(phone.boundjid.bare, await within(dora.friends.get(), "a friend"), "dora's friend")
        equal(dora.boundjid.bare, await within(phone.friends.get(), "dora as a friend"), "the friend")
        await talk(dora, phone, "Once")
        room = ElementTree.Element("{urn:xmpp:bookmarks:1}conference", name="The garden")
        node = phone["xep_0060"].publish(None, "urn:xmpp:bookmarks:1", id=GARDEN, payload=room)
        await within(node, f"a bookmark of {phone.boundjid.user}")


async def bookmarked_both(phone, room):
    while not {GARDEN, room} <= set(await bookmarked(phone)):
        await asyncio.sleep(0.25)


async def copies(dora, *phones):
    for phone in phones:
        await talk(dora, phone, "Now")


async def after(dora, *phones):
    for phone, room in zip(phones, (CELLAR, HALL, CELLAR)):
        await within(bookmarked_both(phone, room), f"two bookmarks of {phone.boundjid.user}")
    node = dora["xep_0060"].get_items("alice@localhost", "urn:xmpp:avatar:metadata")
    metadata = (await within(node, "alice's avatar")).xml
    described = next((info.get("id") for info in metadata.iter("{urn:xmpp:avatar:metadata}info")), None)
    equal(True, described is not None, "alice's avatar is described")
    avatar = await within(dora["xep_0084"].retrieve_avatar("alice@localhost", described), "alice's picture")
    picture = avatar["pubsub"]["items"]["item"]["avatar_data"]["value"]
    equal(described, hashlib.sha1(picture).hexdigest(), "the digest of alice's picture")


async def alone(phone, desk, bob):
    for name, step in (
        ("carbons", lambda: carbons(phone, desk, bob)),
        ("the archive", lambda: archive(desk)),
        ("bookmarks, old and new", lambda: bookmarks(phone, desk)),
        ("avatars, old and new", lambda: avatars(phone, bob)),
        ("blocking", lambda: blocking(phone, bob)),
    ):
        try:
            await step()
        except IqError as e:
            raise SystemExit(f"{name}: {e.condition} {e.text}") from None
        print(f"     {name}", flush=True)

async def main():
    if STEP == "alone":
        clients = [Client("alice", "phone"), Client("alice", "desk"), Client("bob", "pc")]
    else:
        clients = [Client("dora", "pc")] + [Client(name, "phone") for name in OTHERS]
    for client in clients:
        client.go()
    for client in clients:
        await within(client.ready.wait(), f"the session of {client.requested_jid}")
    try:
        await {"before": before, "copies": copies, "after": after, "alone": alone}[STEP](*clients)
    except IqError as e:
        raise SystemExit(f"{STEP}: {e.condition} {e.text}") from None
    for client in clients:
        await client.disconnect()


if STEP == "avatar":
    print(AVATAR)
else:
    asyncio.get_event_loop().run_until_complete(main())

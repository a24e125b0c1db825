// Two people in browsers: sign in over WebSocket, talk, and use what the server says it can. Two libraries, one after
// the other. Usage: node talk.js ws://localhost:5280/ws
import { createHash } from "node:crypto"
import { client, xml } from "@xmpp/client"
import * as stanza from "stanza"
import { WebSocket } from "ws"

globalThis.WebSocket ??= WebSocket // browsers have it, and so has Node.js from 22

const service = process.argv[2]
const DOMAIN = "localhost"
const PATIENCE = 90_000
const HALL = "hall@conference." + DOMAIN
const PIXELS = {
  red: "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
  gray: "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
}

function fail(what) {
  console.error(what)
  process.exit(1)
}

function expect(truth, what) {
  if (!truth) fail("not so: " + what)
}

function within(promise, what) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("waited in vain: " + what)), PATIENCE)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

/** Hands out what is heard, in order, to whoever waits for something that fits. */
class Heard {
  #left = []
  #waiting = []

  add(thing) {
    const at = this.#waiting.findIndex(({ fits }) => fits(thing))
    if (at < 0) this.#left.push(thing)
    else this.#waiting.splice(at, 1)[0].resolve(thing)
  }

  next(fits, what) {
    const at = this.#left.findIndex(fits)
    if (at >= 0) return Promise.resolve(this.#left.splice(at, 1)[0])
    return within(new Promise((resolve) => this.#waiting.push({ fits, resolve })), what)
  }
}

// --- xmpp.js ---

async function xmppjs() {
  const alice = await person("alice", "desk")
  const bob = await person("bob", "phone")
  const tablet = await person("bob", "tablet")

  await advertised(bob)
  await ask(tablet, "set", null, xml("enable", "urn:xmpp:carbons:2"))

  await say(alice, bob.xmpp.jid.toString(), "hello from xmpp.js")
  const heard = await bob.heard.next((s) => s.getChildText("body") === "hello from xmpp.js", "alice's message")
  expect(heard.attrs.from === alice.xmpp.jid.toString(), "the message is from alice: " + heard)
  done("xmpp.js: two people talk")

  const copy = await tablet.heard.next((s) => s.getChild("received", "urn:xmpp:carbons:2"), "the copy")
  expect(copy.toString().includes("hello from xmpp.js"), "the copy shows the message")
  done("xmpp.js: the other device gets a copy")

  const query = xml("query", { xmlns: "urn:xmpp:mam:2", queryid: "q" },
    xml("set", "http://jabber.org/protocol/rsm", xml("max", {}, "1"), xml("before")))
  await ask(bob, "set", null, query)
  const result = await bob.heard.next((s) => s.getChild("result", "urn:xmpp:mam:2"), "the archive's result")
  expect(result.toString().includes("hello from xmpp.js"), "the archive has the message: " + result)
  done("xmpp.js: the archive has it")

  await bookmark(bob, tablet)
  done("xmpp.js: a bookmark is kept")

  await befriend(alice, bob)
  await avatar(alice, bob)
  done("xmpp.js: a friend gets the avatar")

  for (const one of [alice, bob, tablet]) await within(one.xmpp.stop(), "a goodbye")
  done("xmpp.js: goodbye")
}

async function person(username, resource) {
  // By itself it waits 2 seconds for the server to open a stream.
  const xmpp = client({ service, domain: DOMAIN, username, password: "secret", resource, timeout: PATIENCE })
  const heard = new Heard()
  const errors = []
  xmpp.on("error", (error) => errors.push(error))
  xmpp.on("stanza", (received) => heard.add(received))
  try {
    await within(xmpp.start(), username + "'s session")
  } catch (error) {
    fail(username + " cannot sign in: " + (errors[0] ?? error))
  }
  const one = { xmpp, heard }
  await ask(one, "get", null, xml("query", "jabber:iq:roster")) // or it would not hear of subscriptions
  await xmpp.send(xml("presence"))
  return one
}

function say(from, to, body) {
  return from.xmpp.send(xml("message", { to, type: "chat" }, xml("body", {}, body)))
}

function ask(who, type, to, child) {
  return within(who.xmpp.iqCaller.request(xml("iq", to ? { type, to } : { type }, child), PATIENCE), child.name)
}

async function advertised(who) {
  const of = who.xmpp.jid.bare().toString()
  const found = new Set()
  for (const entity of [of, DOMAIN]) {
    const info = await ask(who, "get", entity, xml("query", "http://jabber.org/protocol/disco#info"))
    for (const feature of info.getChild("query").getChildren("feature")) found.add(feature.attrs.var)
  }
  for (const feature of ["urn:xmpp:carbons:2", "urn:xmpp:mam:2", "http://jabber.org/protocol/pubsub#publish"]) {
    expect(found.has(feature), "the server says that it can " + feature)
  }
}

/** Lets the second see the first's presence. */
async function befriend(alice, bob) {
  const [a, b] = [alice, bob].map((one) => one.xmpp.jid.bare().toString())
  await bob.xmpp.send(xml("presence", { to: a, type: "subscribe" }))
  await alice.heard.next((s) => s.is("presence") && s.attrs.type === "subscribe", "bob's wish to see alice")
  await alice.xmpp.send(xml("presence", { to: b, type: "subscribed" }))
  await bob.heard.next((s) => s.is("presence") && s.attrs.type === "subscribed", "alice's consent")
}

async function avatar(owner, friend) {
  const pubsub = "http://jabber.org/protocol/pubsub"
  const [data, metadata] = ["urn:xmpp:avatar:data", "urn:xmpp:avatar:metadata"]
  const picture = Buffer.from(PIXELS.red, "base64")
  const id = sha1(picture)
  const publish = (node, payload) =>
    ask(owner, "set", null, xml("pubsub", pubsub, xml("publish", { node }, xml("item", { id }, payload))))
  const fetch = async (node, ...item) => {
    const of = owner.xmpp.jid.bare().toString()
    const answer = await ask(friend, "get", of, xml("pubsub", pubsub, xml("items", { node }, ...item)))
    return answer.getChild("pubsub").getChild("items").getChild("item")
  }
  await publish(data, xml("data", data, PIXELS.red))
  await publish(metadata, xml("metadata", metadata,
    xml("info", { id, bytes: String(picture.length), type: "image/png", width: "1", height: "1" })))
  const described = (await fetch(metadata)).getChild("metadata", metadata).getChild("info")
  expect(described.attrs.id === id, "the avatar's description names it: " + described)
  const fetched = (await fetch(data, xml("item", { id }))).getChildText("data", data)
  expect(Buffer.from(fetched, "base64").equals(picture), "the avatar is the same picture: " + fetched)
}

function sha1(bytes) {
  return createHash("sha1").update(bytes).digest("hex")
}

async function bookmark(writer, reader) {
  const field = (name, value) => xml("field", { var: name }, xml("value", {}, value))
  const pubsub = "http://jabber.org/protocol/pubsub"
  await ask(writer, "set", null, xml("pubsub", pubsub,
    xml("publish", { node: "urn:xmpp:bookmarks:1" },
      xml("item", { id: HALL },
        xml("conference", { xmlns: "urn:xmpp:bookmarks:1", name: "The hall", autojoin: "true" }))),
    xml("publish-options", {}, xml("x", { xmlns: "jabber:x:data", type: "submit" },
      field("FORM_TYPE", pubsub + "#publish-options"), field("pubsub#persist_items", "true"),
      field("pubsub#access_model", "whitelist")))))
  const items = await ask(reader, "get", null, xml("pubsub", pubsub, xml("items", { node: "urn:xmpp:bookmarks:1" })))
  expect(items.toString().includes("The hall"), "the bookmark is there: " + items)
}

// --- stanza.io ---

async function stanzaio() {
  const alice = await guest("alice", "web")
  const bob = await guest("bob", "web")
  const tablet = await guest("bob", "tablet")
  await within(tablet.enableCarbons(), "carbons")

  alice.sendMessage({ to: bob.jid, type: "chat", body: "hello from stanza" })
  const heard = await bob.heard.next((message) => message.body === "hello from stanza", "alice's message")
  expect(heard.from === alice.jid, "the message is from alice")
  const roster = await within(bob.getRoster(), "the roster")
  expect(roster.items.some((item) => item.jid === "alice@" + DOMAIN), "alice is in the roster")
  await within(bob.ping(DOMAIN), "a ping")
  done("stanza: two people talk")

  const received = await tablet.copies.next((copy) => copy.type === "received", "the copy of what came")
  expect(received.forward.message.body === "hello from stanza", "the copy shows what came")
  bob.sendMessage({ to: alice.jid, type: "chat", body: "hello again from stanza" })
  const sent = await tablet.copies.next((copy) => copy.type === "sent", "the copy of what went")
  expect(sent.forward.message.body === "hello again from stanza", "the copy shows what went")
  done("stanza: the other device gets copies")

  // Alice reads before she searches: once she has it, the archive has it too.
  await alice.heard.next((message) => message.body === "hello again from stanza", "bob's message")
  const found = await within(alice.searchHistory({ with: "bob@" + DOMAIN, paging: { max: 2, before: "" } }), "a search")
  const bodies = found.results.map((result) => result.item.message.body)
  expect(bodies.join() === "hello from stanza,hello again from stanza", "the archive has both: " + bodies)
  done("stanza: the archive has it")

  await within(alice.addBookmark({ jid: HALL, name: "The hall", nick: "alice", autoJoin: true }), "a bookmark")
  const kept = (await within(alice.getBookmarks(), "the bookmarks")).find((room) => room.jid === HALL)
  expect(kept?.name === "The hall" && kept.nick === "alice" && kept.autoJoin, "the bookmark is as it was made")
  const modern = await within(alice.getItem("alice@" + DOMAIN, "urn:xmpp:bookmarks:1", HALL), "the same, the new way")
  expect(modern?.id === HALL, "newer clients see the bookmark too")
  await within(alice.removeBookmark(HALL), "its end")
  expect((await within(alice.getBookmarks(), "the bookmarks")).length === 0, "the bookmark is gone")
  done("stanza: a bookmark is kept, and goes")

  const picture = Buffer.from(PIXELS.gray, "base64")
  const id = sha1(picture)
  await within(alice.publishAvatar(id, picture), "an avatar")
  await within(alice.useAvatars([{ id, bytes: picture.length, mediaType: "image/png", width: 1, height: 1 }]),
    "its description")
  const told = await bob.avatars.next((news) => news.source === "pubsub" && news.avatars[0]?.id === id, "news of it")
  expect(stanza.JID.toBare(told.jid) === "alice@" + DOMAIN, "the news are of alice: " + told.jid)
  const avatar = await within(bob.getAvatar("alice@" + DOMAIN, id), "the avatar")
  expect(picture.equals(avatar.content.data), "the avatar is the same picture")
  done("stanza: a friend is told of the avatar and gets it")

  for (const one of [alice, bob, tablet]) {
    const gone = new Promise((resolve) => one.on("disconnected", resolve))
    one.disconnect()
    await within(gone, "a goodbye")
  }
  done("stanza: goodbye")
}

async function guest(username, resource) {
  const guest = stanza.createClient({
    jid: username + "@" + DOMAIN, resource, password: "secret",
    transports: { websocket: service, bosh: false }, autoReconnect: false, timeout: PATIENCE / 1000,
  })
  guest.heard = new Heard()
  guest.copies = new Heard()
  guest.avatars = new Heard()
  guest.on("message", (message) => guest.heard.add(message))
  guest.on("carbon:received", (message) => guest.copies.add(message.carbon))
  guest.on("carbon:sent", (message) => guest.copies.add(message.carbon))
  guest.on("avatar", (news) => guest.avatars.add(news))
  const started = new Promise((resolve, reject) => {
    guest.on("session:started", resolve)
    guest.on("auth:failed", () => reject(new Error(username + " cannot sign in")))
  })
  guest.connect()
  await within(started, username + "'s session")
  guest.updateCaps() // what it wants to be told of, as of avatars
  guest.sendPresence({ legacyCapabilities: guest.disco.getCaps() })
  return guest
}

function done(what) {
  console.log("   " + what)
}

try {
  await xmppjs()
  await stanzaio()
} catch (error) {
  fail(error.stack ?? String(error))
}
process.exit(0)

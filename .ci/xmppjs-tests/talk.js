// Two people in browsers: sign in over WebSocket, talk, and use what the server says it can. Two libraries, one after
// the other. Usage: node talk.js ws://localhost:5280/ws
import { client, xml } from "@xmpp/client"
import * as stanza from "stanza"
import { WebSocket } from "ws"

globalThis.WebSocket ??= WebSocket // browsers have it, and so has Node.js from 22

const service = process.argv[2]
const DOMAIN = "localhost"
const PATIENCE = 30_000

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

  const account = await features(bob, "bob@" + DOMAIN)
  const host = await features(bob, DOMAIN)
  const can = (feature) => account.has(feature) || host.has(feature)
  if (can("urn:xmpp:carbons:2")) await ask(tablet, "set", null, xml("enable", "urn:xmpp:carbons:2"))

  await say(alice, bob.xmpp.jid.toString(), "hello from xmpp.js")
  const heard = await bob.heard.next((s) => s.getChildText("body") === "hello from xmpp.js", "alice's message")
  expect(heard.attrs.from === alice.xmpp.jid.toString(), "the message is from alice: " + heard)
  done("xmpp.js: two people talk")

  if (can("urn:xmpp:carbons:2")) {
    const copy = await tablet.heard.next((s) => s.getChild("received", "urn:xmpp:carbons:2"), "the copy")
    expect(copy.toString().includes("hello from xmpp.js"), "the copy shows the message")
    done("xmpp.js: the other device gets a copy")
  }
  if (can("urn:xmpp:mam:2")) {
    const query = xml("query", { xmlns: "urn:xmpp:mam:2", queryid: "q" },
      xml("set", "http://jabber.org/protocol/rsm", xml("max", {}, "1"), xml("before")))
    await ask(bob, "set", null, query)
    const result = await bob.heard.next((s) => s.getChild("result", "urn:xmpp:mam:2"), "the archive's result")
    expect(result.toString().includes("hello from xmpp.js"), "the archive has the message: " + result)
    done("xmpp.js: the archive has it")
  }
  if (account.has("http://jabber.org/protocol/pubsub#publish") || account.has("urn:xmpp:bookmarks:1#compat")) {
    await bookmark(bob, tablet)
    done("xmpp.js: a bookmark is kept")
  }

  for (const one of [alice, bob, tablet]) await within(one.xmpp.stop(), "a goodbye")
  done("xmpp.js: goodbye")
}

async function person(username, resource) {
  const xmpp = client({ service, domain: DOMAIN, username, password: "secret", resource })
  const heard = new Heard()
  const errors = []
  xmpp.on("error", (error) => errors.push(error))
  xmpp.on("stanza", (received) => heard.add(received))
  try {
    await within(xmpp.start(), username + "'s session")
  } catch (error) {
    fail(username + " cannot sign in: " + (errors[0] ?? error))
  }
  await xmpp.send(xml("presence"))
  return { xmpp, heard }
}

function say(from, to, body) {
  return from.xmpp.send(xml("message", { to, type: "chat" }, xml("body", {}, body)))
}

function ask(who, type, to, child) {
  return within(who.xmpp.iqCaller.request(xml("iq", to ? { type, to } : { type }, child)), child.name)
}

async function features(who, of) {
  const info = await ask(who, "get", of, xml("query", "http://jabber.org/protocol/disco#info"))
  return new Set(info.getChild("query").getChildren("feature").map((feature) => feature.attrs.var))
}

async function bookmark(writer, reader) {
  const field = (name, value) => xml("field", { var: name }, xml("value", {}, value))
  const pubsub = "http://jabber.org/protocol/pubsub"
  await ask(writer, "set", null, xml("pubsub", pubsub,
    xml("publish", { node: "urn:xmpp:bookmarks:1" },
      xml("item", { id: "hall@conference.localhost" },
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
  alice.sendMessage({ to: bob.jid, type: "chat", body: "hello from stanza" })
  const heard = await bob.heard.next((message) => message.body === "hello from stanza", "alice's message")
  expect(heard.from === alice.jid, "the message is from alice")
  const roster = await within(bob.getRoster(), "the roster")
  expect(Array.isArray(roster.items), "there is a roster")
  await within(bob.ping(DOMAIN), "a ping")
  done("stanza: two people talk")
  for (const one of [alice, bob]) {
    const gone = new Promise((resolve) => one.on("disconnected", resolve))
    one.disconnect()
    await within(gone, "a goodbye")
  }
  done("stanza: goodbye")
}

async function guest(username, resource) {
  const guest = stanza.createClient({
    jid: username + "@" + DOMAIN, resource, password: "secret",
    transports: { websocket: service, bosh: false }, autoReconnect: false,
  })
  guest.heard = new Heard()
  guest.on("message", (message) => guest.heard.add(message))
  const started = new Promise((resolve, reject) => {
    guest.on("session:started", resolve)
    guest.on("auth:failed", () => reject(new Error(username + " cannot sign in")))
  })
  guest.connect()
  await within(started, username + "'s session")
  guest.sendPresence()
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

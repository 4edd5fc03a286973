// A worker shared by all pages of a browser: it reads one stream of news and posts to each page what is for its person.
// A browser opens at most six HTTP/1.1 connections to a server; with a stream for each page the seventh window froze all.
"use strict";

const pages = new Map(); // each page's port -> { person, listener, since }; `since` until it has been compared
let seen = "";           // the id of the last piece of news that was read
let reading = null;      // what aborts the open stream
let readFor = "";        // the people whose news the open stream carries

onconnect = ({ ports: [port] }) => {
  port.onmessage = ({ data }) => {
    if (data.leaves) pages.delete(port);
    else pages.set(port, data);
    readForAll();
  };
};

function readForAll() {
  const listeners = new Map([...pages.values()].map(({ person, listener }) => [person, listener]));
  const people = [...listeners.keys()].sort().join(" ");
  if (reading && people === readFor) { compare(); return; }
  reading?.abort();
  reading = people ? new AbortController() : null;
  readFor = people;
  if (reading) read([...listeners.values()], reading);
}

// A page that was rendered before or after what this worker has seen reloads its lists.
function compare() {
  if (!seen) return;
  for (const [port, page] of pages) {
    if (page.since !== undefined && page.since !== seen) port.postMessage({ type: "reload", data: "" });
    delete page.since;
  }
}

const rest = (ms) => new Promise((done) => { setTimeout(done, ms); });

async function read(listeners, control) {
  for (let pause = 1000; !control.signal.aborted; pause = Math.min(2 * pause, 30000)) {
    try {
      const since = seen || [...pages.values()].find((page) => page.since)?.since || "";
      const response = await fetch("/events", {
        method: "POST",
        headers: { "Content-Type": "application/json", "HX-Request": "true" },
        body: JSON.stringify({ listeners, since }),
        signal: control.signal,
        cache: "no-store",
      });
      // Reloaded, each page shows whether it is still signed in.
      if (response.status === 401) for (const port of pages.keys()) port.postMessage({ type: "signed-out", data: "" });
      if (!response.ok) throw new Error(String(response.status));
      pause = 500;
      await readEvents(response.body.pipeThrough(new TextDecoderStream()).getReader());
    } catch {
      // The pages show it when it lasts; a worker has nowhere to show it.
    }
    if (control.signal.aborted) return;
    for (const port of pages.keys()) port.postMessage({ type: "lost", data: "" });
    await rest(pause);
  }
}

async function readEvents(reader) {
  let waiting = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const events = (waiting + value).split("\n\n");
    waiting = events.pop();
    for (const event of events) hear(event);
  }
}

function hear(event) {
  const fields = { event: "", id: "", for: "", data: [] };
  for (const line of event.split("\n")) {
    const colon = line.indexOf(": ");
    const name = line.slice(0, colon);
    if (name === "data") fields.data.push(line.slice(colon + 2));
    else if (name in fields) fields[name] = line.slice(colon + 2);
  }
  if (!fields.event) return;
  seen = fields.id;
  const isForAll = !fields.for;
  const news = { type: fields.event, data: fields.data.join("\n") };
  const rung = new Set(); // the people of whom one page draws attention: the one opened last
  for (const [port, page] of [...pages].reverse()) {
    if (isForAll || page.person === fields.for) port.postMessage({ ...news, rings: !rung.has(page.person) });
    rung.add(page.person);
    if (fields.event === "reload") delete page.since;
  }
  if (fields.event === "welcome") compare();
}

// What every other file uses: the page, its words, its helpers. All files share one scope, in the order of base.html.
"use strict";

const body = document.body;
const home = body.dataset.home;
const words = body.dataset;
const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

// randomUUID exists only on https and localhost, and an office server may be plain http.
const uuid = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");

function store(key, value) {
  try { localStorage.setItem(key, value); } catch { /* a private window stores nothing */ }
}
function stored(key) {
  try { return localStorage.getItem(key); } catch { return null; }
}

// htmx calls every response successful that it may swap, and errors are swapped to show their toast.
const isDone = ({ successful, xhr }) => successful && xhr.status < 400;

// Resolves to whether the target was fetched; the listeners of requests.js report failures.
async function fetchInto(address, target) {
  let isFetched = false;
  const note = ({ detail }) => { if (detail.pathInfo?.requestPath === address) isFetched = isDone(detail); };
  document.addEventListener("htmx:afterRequest", note);
  // Requests of one source wait for each other and the last replaces those that wait: each target is its own source.
  await htmx.ajax("GET", address, { source: target, target, swap: "innerHTML" }).catch(() => {});
  document.removeEventListener("htmx:afterRequest", note);
  return isFetched;
}
// The clipboard exists only on https and localhost; elsewhere a selected field is copied.
async function copy(text) {
  let isCopied = false;
  try {
    await navigator.clipboard.writeText(text);
    isCopied = true;
  } catch {
    const focused = document.activeElement;
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "hidden";
    body.append(field);
    field.select();
    isCopied = document.execCommand("copy");
    field.remove();
    focused?.focus();
  }
  toast(isCopied ? words.copied : words.notCopied, !isCopied);
}
const rest = (ms) => new Promise((done) => { setTimeout(done, ms); });

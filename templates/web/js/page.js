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

// The listeners of requests.js report failures; the promise only needs a handler.
const fetchInto = (address, target) => htmx.ajax("GET", address, { target, swap: "innerHTML" }).catch(() => {});

// What every other file leans on: the page, its words, its helpers. All files share one scope, in the order of base.html.
"use strict";

const body = document.body;
const home = body.dataset.home;
const words = body.dataset;
const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

// randomUUID exists only on https and localhost, and an office server may be plain http.
const uuid = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");

function store(key, value) {
  try { localStorage.setItem(key, value); } catch { /* a private window keeps no marks */ }
}
function stored(key) {
  try { return localStorage.getItem(key); } catch { return null; }
}

// What fails is told by the listeners of requests.js; only the promise must not go unheard.
const fetchInto = (address, target) => htmx.ajax("GET", address, { target, swap: "innerHTML" }).catch(() => {});

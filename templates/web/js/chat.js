// The open chat: what was seen, what is unread, long letters folded.
"use strict";

const list = () => $("#messages");
const slug = () => list()?.dataset.chat;
const seenKey = (chat) => `handover:${words.person}:seen:${chat}`;
const atBottom = () => list() && list().scrollHeight - list().scrollTop - list().clientHeight < 80;
const toBottom = () => { if (list()) list().scrollTop = list().scrollHeight; };
// A long answer is read from its beginning.
function toStart(article) {
  if (article && article.offsetHeight > list().clientHeight) list().scrollTop += article.getBoundingClientRect().top - list().getBoundingClientRect().top;
  else toBottom();
}
function lastIn(root) {
  return $$("article[data-id]", root).reduce((last, each) => Math.max(last, Number(each.dataset.id)), 0);
}
function markSeen() {
  if (!list()) return;
  const link = $(`.chat-link[data-slug="${CSS.escape(slug())}"]`);
  const last = Math.max(lastIn(list()), Number(link?.dataset.last || 0));
  if (document.visibilityState === "visible") store(seenKey(slug()), String(last));
  showUnread();
}
function showUnread() {
  let waiting = 0;
  for (const link of $$(".chat-link")) {
    const seen = stored(seenKey(link.dataset.slug));
    const last = Number(link.dataset.last);
    // A channel that was never opened counts as unread only when it is the person's own.
    const unread = seen === null ? "mine" in link.dataset && last > 0 : last > Number(seen);
    $(".unread", link).hidden = !unread;
    link.classList.toggle("has-unread", unread);
    if (unread && "mine" in link.dataset) waiting += 1;
  }
  $("[data-toggle-side]")?.classList.toggle("has-unread", waiting > 0);
  showTitle();
}
function showEmpty() {
  $("#empty")?.toggleAttribute("hidden", Boolean($("article", list())));
}
function showChat() {
  if (!list()) return;
  foldQuotes();
  for (const link of $$(".chat-link")) {
    if (link.dataset.slug === slug()) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  toStart($("[data-aside]", list()));
  showEmpty();
  markSeen();
  oneComposer();
}
document.addEventListener("visibilitychange", markSeen);

// Long letters on cards are folded; what a reader has unfolded stays unfolded when the card changes.
const SHORT_ENOUGH = 280;
const unfolded = new Set();
const quoteKey = (quote) => {
  const article = quote.closest("article");
  return `${article.id}:${$$("blockquote", article).indexOf(quote)}`;
};
const foldKey = (fold) => `${fold.closest("article").id}:fold:${$$("details", fold.closest("article")).indexOf(fold)}`;
function foldQuotes() {
  if (!list()) return;
  for (const fold of $$(".text details:not([data-seen])", list())) {
    fold.dataset.seen = "";
    fold.open = unfolded.has(foldKey(fold));
    fold.addEventListener("toggle", () => { if (fold.open) unfolded.add(foldKey(fold)); else unfolded.delete(foldKey(fold)); });
  }
  for (const quote of $$(".text blockquote:not(.folded, .whole, details *)", list())) {
    const isLong = quote.scrollHeight > SHORT_ENOUGH;
    quote.classList.add(isLong && !unfolded.has(quoteKey(quote)) ? "folded" : "whole");
    if (!isLong) continue;
    const button = document.createElement("button");
    button.className = "link unfold";
    button.type = "button";
    button.dataset.unfold = "";
    quote.after(button);
    nameUnfold(button);
  }
}
function nameUnfold(button) {
  const folded = button.previousElementSibling.classList.contains("folded");
  button.textContent = folded ? words.more : words.less;
  button.setAttribute("aria-expanded", String(!folded));
}
function toggleQuote(button) {
  const quote = button.previousElementSibling;
  const folded = quote.classList.toggle("folded");
  quote.classList.toggle("whole", !folded);
  if (folded) unfolded.delete(quoteKey(quote)); else unfolded.add(quoteKey(quote));
  nameUnfold(button);
}
if ($("main")) new MutationObserver(foldQuotes).observe($("main"), { childList: true, subtree: true });

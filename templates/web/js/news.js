// Puts what happens elsewhere into the open chat as it arrives.
"use strict";

let focusInside = null;
let stick = false;
document.addEventListener("htmx:sseBeforeMessage", (event) => {
  const news = event.detail;
  if (news.type === "reload") { event.preventDefault(); reloadLists(); return; }
  if (news.type === "case") { event.preventDefault(); if (openedCase() === news.data.trim()) readCase(); return; }
  const article = new DOMParser().parseFromString(news.data, "text/html").querySelector("article");
  if (!article) { event.preventDefault(); return; }
  const link = $(`.chat-link[data-slug="${CSS.escape(article.dataset.chat)}"]`);
  if (link) link.dataset.last = String(Math.max(Number(link.dataset.last), Number(article.dataset.id)));
  if (openedCase() && article.dataset.case === openedCase()) readCase();
  const shown = document.getElementById(article.id);
  if (article.dataset.chat !== slug()) { event.preventDefault(); showUnread(); return; }
  stick = atBottom();
  if (!shown) {
    const [id, all] = [Number(article.dataset.id), $$("article[data-id]", list())];
    // A message older than everything shown belongs to the earlier messages and is loaded with them.
    if ($(".earlier", list()) && all.length && id < Number(all[0].dataset.id)) { event.preventDefault(); return; }
    const place = document.createElement("article");
    place.id = article.id;
    place.dataset.edit = "-1";
    // News of messages written at the same time may arrive in another order than the messages.
    const next = all.find((each) => Number(each.dataset.id) > id);
    if (next) next.before(place); else list().append(place);
  }
});
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  if (!target.matches("article[data-edit]")) return;
  const next = fragment.querySelector("article[data-edit]");
  if (next && Number(next.dataset.edit) <= Number(target.dataset.edit)) { event.detail.shouldSwap = false; return; }
  const focused = document.activeElement;
  focusInside = target.contains(focused) && focused !== target ? [target.id, focused.textContent] : null;
});
let ticked = null;
// Not htmx:oobAfterSwap: it is lost when the form that sent the request has itself been replaced.
document.addEventListener("htmx:load", (event) => {
  const { id, parentElement, dataset } = event.target;
  if (parentElement?.id === "dialog-body") showDialog();
  else if (id === "preview-title") showPreview(true);
  else if (id === "checklist" && ticked) document.getElementById(ticked)?.focus();
  else if (dataset && "aside" in dataset) { showEmpty(); toBottom(); }
});
document.addEventListener("htmx:sseMessage", () => {
  showEmpty();
  if (stick) toBottom();
  if (focusInside) {
    const article = document.getElementById(focusInside[0]);
    const same = $$("button", article || body).find((button) => button.textContent === focusInside[1]);
    (same || article)?.focus();
    focusInside = null;
  }
  markSeen();
});
let lost = 0;
document.addEventListener("htmx:sseError", () => {
  if (!lost) lost = setTimeout(() => toast(words.reconnecting), 4000);
});
document.addEventListener("htmx:sseOpen", () => { clearTimeout(lost); lost = 0; });

async function reloadLists() {
  if (!list()) return;
  const stay = !atBottom();
  const top = list().scrollTop;
  await fetchInto(`${home}/chat/${slug()}/messages`, "#messages");
  if (stay) list().scrollTop = top; else toBottom();
  showEmpty();
  markSeen();
  if (openedCase()) readCase();
}

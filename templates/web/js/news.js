// Puts what happens elsewhere into the open chat as it arrives.
"use strict";

// All pages of a browser share one stream; without shared workers, each visible page has its own.
function listen() {
  if (!words.listener) return;
  const { person, listener, since } = words;
  if ("SharedWorker" in window) {
    const worker = new SharedWorker(words.sharedNews, "news");
    worker.onerror = () => listenAlone(since);
    worker.port.onmessage = ({ data }) => hear(data);
    worker.port.postMessage({ person, listener, since });
    window.addEventListener("pagehide", () => worker.port.postMessage({ leaves: true }));
    window.addEventListener("pageshow", ({ persisted }) => {
      if (persisted) worker.port.postMessage({ person, listener, since: "before" });
    });
  } else listenAlone(since);
}
function listenAlone(since) {
  let [stream, seen] = [null, since];
  const open = () => {
    stream = new EventSource(`${home}/events?since=${encodeURIComponent(seen)}`);
    for (const type of ["welcome", "reload", "chat", "case", "signed-out"]) {
      stream.addEventListener(type, ({ data, lastEventId }) => { seen = lastEventId; hear({ type, data, rings: true }); });
    }
    stream.onerror = () => hear({ type: "lost" });
  };
  document.addEventListener("visibilitychange", () => {
    stream?.close();
    stream = null;
    if (document.visibilityState === "visible") open();
  });
  open();
}

let lost = 0;
// `rings` is true in the one page of a person that draws attention to a message.
function hear({ type, data, rings }) {
  if (type === "lost") {
    if (!lost) lost = setTimeout(() => toast(words.reconnecting), 4000);
    return;
  }
  clearTimeout(lost);
  lost = 0;
  pressing.after(() => heard({ type, data, rings }));
}
function heard({ type, data, rings }) {
  if (type === "signed-out") location.reload();
  else if (type === "reload") { reloadLists(); countCards(); }
  else if (type === "case") { if (openedCase() === data.trim()) readCase(); }
  else if (type === "chat") {
    showMessage(data);
    const article = parsed(data);
    if (!article) return;
    if ($(`.chat-link[data-mine][data-slug="${CSS.escape(article.dataset.chat)}"]`)) countCards();
    if (rings) announce(article);
  }
}
const parsed = (html) => new DOMParser().parseFromString(html, "text/html").querySelector("article");

let focusInside = null;
function showMessage(html) {
  const article = parsed(html);
  if (!article) return;
  const link = $(`.chat-link[data-slug="${CSS.escape(article.dataset.chat)}"]`);
  if (link) link.dataset.last = String(Math.max(Number(link.dataset.last), Number(article.dataset.id)));
  // The list that is being fetched may be older than this message and would replace it.
  if (reloading) { heldBack.push(html); return; }
  if (openedCase() && article.dataset.case === openedCase()) readCase();
  if (article.dataset.chat !== slug()) { showUnread(); return; }
  const stick = atBottom();
  if (!document.getElementById(article.id)) {
    const [id, all] = [Number(article.dataset.id), $$("article[data-id]", list())];
    // A message older than everything shown belongs to the earlier messages and is loaded with them.
    if ($(".earlier", list()) && all.length && id < Number(all[0].dataset.id)) return;
    const place = document.createElement("article");
    place.id = article.id;
    place.dataset.edit = "-1";
    // News of messages written at the same time may arrive in another order than the messages.
    const next = all.find((each) => Number(each.dataset.id) > id);
    if (next) next.before(place); else list().append(place);
  }
  htmx.swap("#news", html, { swapStyle: "none" });
  showEmpty();
  const shown = document.getElementById(article.id);
  if (stick) toStart(shown === list().lastElementChild ? shown : null);
  if (focusInside) {
    const focused = document.getElementById(focusInside[0]);
    const same = $$("button", focused || body).find((button) => button.textContent === focusInside[1]);
    (same || focused)?.focus();
    focusInside = null;
  }
  markSeen();
}
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  if (!target.matches("article[data-edit]")) return;
  const next = fragment.querySelector("article[data-edit]");
  if (next && Number(next.dataset.edit) <= Number(target.dataset.edit)) { event.detail.shouldSwap = false; return; }
  const focused = document.activeElement;
  focusInside = target.contains(focused) && focused !== target ? [target.id, focused.textContent] : null;
});
// Not htmx:oobAfterSwap: it is lost when the form that sent the request has itself been replaced.
document.addEventListener("htmx:load", (event) => {
  const { id, parentElement, dataset } = event.target;
  if (parentElement?.id === "dialog-body") showDialog();
  else if (id === "foreseen") foresight.show();
  else if (dataset && "aside" in dataset) {
    // What has been done with a reply is shown in its place.
    $$("[data-done]", list()).forEach((each) => each.remove());
    showEmpty();
    toStart(event.target);
  }
});
let reloading = null; // the reload that is going on
const heldBack = [];  // messages that arrived meanwhile
function reloadLists() {
  const reload = (reloading || Promise.resolve()).then(reloadListsNow).finally(() => {
    if (reloading !== reload) return;
    reloading = null;
    heldBack.splice(0).forEach(showMessage);
  });
  reloading = reload;
}
async function reloadListsNow() {
  if (!list()) return;
  const stay = !atBottom();
  const top = list().scrollTop;
  const opened = slug();
  for (let pause = 1000; pause < 30000; pause *= 2) {
    if (await fetchInto(`${home}/chat/${opened}/messages`, "#messages") || slug() !== opened) break;
    await rest(pause);
  }
  if (stay) list().scrollTop = top; else toBottom();
  showEmpty();
  markSeen();
  if (openedCase()) readCase();
}

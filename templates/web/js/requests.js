// Every request of htmx: its update id, the button that waits for it, and the toast when it fails.
"use strict";

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "post") return;
  const source = event.detail.elt;
  if (!source.closest("#dialog")) asker = source;
  if (source.matches("#form, #form-finish")) {
    // What waits to be saved goes with this request, and its response says what would be sent.
    draft.reset();
    foresight.stop();
    report($("#form"), event.detail.parameters, true);
    event.detail.parameters.set("seen", foresight.seen());
  }
  // The same id until the server has responded, so that sending again after a lost response takes effect once.
  source.dataset.update ||= uuid();
  event.detail.parameters.set("update", source.dataset.update);
});
// Not `disabled`: that would take the focus away from whoever works by keyboard.
const busy = (source) => source.closest(".buttons") || (source.matches("[data-press]") ? source : null);
document.addEventListener("htmx:beforeRequest", (event) => busy(event.detail.elt)?.setAttribute("aria-busy", "true"));
// A card may change while its button waits for the response: what htmx would trigger on the removed button is lost.
document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt, xhr } = event.detail;
  if (elt.closest("#dialog")) return;
  xhr.addEventListener("loadend", () => {
    const triggers = elt.isConnected ? null : xhr.getResponseHeader("HX-Trigger");
    for (const [name, detail] of Object.entries(JSON.parse(triggers) || {})) {
      body.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
    }
  });
});
document.addEventListener("htmx:confirm", (event) => {
  if (busy(event.detail.elt)?.getAttribute("aria-busy") === "true") event.preventDefault();
});
document.addEventListener("htmx:afterRequest", (event) => {
  const source = event.detail.elt;
  busy(source)?.removeAttribute("aria-busy");
  const answered = event.detail.xhr && event.detail.xhr.status > 0;
  if (answered && event.detail.xhr.status !== 503) delete source.dataset.update;
  if (isDone(event.detail) && source.matches("[data-composer], [data-comment]")) resetComposer(source);
  if (!isDone(event.detail) && source.matches("#form, #form-finish")) {
    draft.schedule();
    foresight.schedule();
  }
});
// An error page of a proxy must not replace what is on the screen; the server's own errors say how they are to be swapped.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (xhr.status < 400 || xhr.getResponseHeader("HX-Reswap")) return;
  event.detail.shouldSwap = false;
  if (!isSuggestion(event)) toast(words.offline || "No connection to the server.");
});
const isSuggestion = (event) => event.detail.target?.matches?.("datalist");
document.addEventListener("htmx:sendError", (event) => isSuggestion(event) || toast(words.offline || "No connection to the server."));
document.addEventListener("htmx:timeout", (event) => isSuggestion(event) || toast(words.slow || words.offline || "The server does not answer."));
document.addEventListener("refused", (event) => {
  event.target.closest("[data-composer], [data-comment]")?.classList.add("was-refused");
});

// The check list of the open form: its boxes stay while their ticks are on the way, one after the other.
"use strict";

const ticks = {
  onTheWay: new Map(), // how many ticks of a box the server has not answered
  settled: [],
  get isBusy() {
    for (const box of this.onTheWay.keys()) if (!box.isConnected) this.onTheWay.delete(box); // of a form that was left
    return this.onTheWay.size > 0;
  },
  add(box) { this.onTheWay.set(box, (this.onTheWay.get(box) || 0) + 1); },
  remove(box) {
    const left = (this.onTheWay.get(box) || 1) - 1;
    if (left) this.onTheWay.set(box, left); else this.onTheWay.delete(box);
    if (this.isBusy) return;
    requirements();
    this.settled.splice(0).forEach((work) => work());
  },
  // What the server says of a box counts unless it was pressed since.
  show(checklist) {
    for (const fresh of $$("input", checklist)) {
      const box = document.getElementById(fresh.id);
      if (!box) continue;
      if (!this.onTheWay.has(box)) box.checked = fresh.checked;
      const isAsked = !("unasked" in fresh.closest("[data-item]").dataset);
      box.closest("[data-item]").toggleAttribute("data-unasked", !isAsked);
    }
  },
};
const isTick = (source) => source.matches("#checklist input");
document.addEventListener("change", ({ target }) => {
  if (!isTick(target)) return;
  ticks.add(target);
  foresight.schedule();
}, true);
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (!isTick(detail.elt)) return;
  // The end of the action says which state is wanted: that of the box.
  const action = detail.elt.dataset.tick;
  detail.parameters.set("action", action.slice(0, -1) + (detail.elt.checked ? "+" : "-"));
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!isTick(detail.elt)) return;
  const isRefused = !isDone(detail) || "refused" in (JSON.parse(detail.xhr.getResponseHeader("HX-Trigger")) || {});
  // A later press of the same box has its own answer.
  if (isRefused && ticks.onTheWay.get(detail.elt) === 1) detail.elt.checked = !detail.elt.checked;
  ticks.remove(detail.elt);
});
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  if (target.id !== "checklist") return;
  event.detail.shouldSwap = false;
  ticks.show(fragment);
});
// What is sent has all the ticks that its sender has made.
document.addEventListener("htmx:confirm", (event) => {
  const { elt, issueRequest } = event.detail;
  if (event.defaultPrevented || !["form", "form-finish"].includes(elt.id) || !ticks.isBusy) return;
  event.preventDefault();
  ticks.settled.push(() => { if (elt.isConnected) issueRequest(true); });
});

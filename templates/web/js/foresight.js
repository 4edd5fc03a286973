// What a form would send, beside it while it is filled in.
"use strict";

const foresight = {
  timer: 0,
  turn: 0,           // of several requests the last one counts
  of: "",            // the answers that are previewed
  unseen: new Set(), // what of the preview has not been on the screen yet
  watcher: new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) foresight.unseen.delete(target);
    foresight.mark();
  }),
  // Shown for a decision with which something is sent.
  get isWanted() {
    const chosen = $("#form input[name=outcome]:checked, #form input[name=outcome][type=hidden]");
    return Boolean(chosen && "previews" in chosen.dataset);
  },
  stop() {
    clearTimeout(this.timer);
    this.turn += 1;
    $("#preview")?.removeAttribute("aria-busy");
  },
  forget() {
    this.stop();
    this.of = "";
  },
  schedule() {
    if (!$("#preview")) return;
    this.stop();
    $("#preview").hidden = !this.isWanted;
    if (!this.isWanted || this.of === stands()) return;
    $("#preview").setAttribute("aria-busy", "true");
    // What is ticked counts once the server has it: then it is asked.
    if (ticks.isBusy) return;
    // The first at once, then when the typing rests.
    this.timer = setTimeout(() => this.read(), this.of ? 400 : 0);
  },
  async read() {
    const form = $("#form");
    const now = stands();
    const turn = this.turn += 1;
    const data = new URLSearchParams(new FormData(form));
    data.set("update", uuid());
    for (const field of $$("[data-field]", form)) {
      data.set(`m:${field.dataset.field}`, field.dataset.mark);
      if (!field.hidden) data.set(`c:${field.dataset.field}`, "");
    }
    try {
      const answer = await fetch(form.dataset.foresee, { method: "POST", body: data, headers: { "HX-Request": "true" } });
      const foreseen = await answer.text();
      await pressing.released();
      if (turn !== this.turn) return;
      if (answer.ok) { $("#foreseen").outerHTML = foreseen; this.watch(now); }
    } catch { /* sending needs no preview, and the next change asks again */ }
    if (turn === this.turn) this.stop();
  },
  watch(now) {
    this.of = now;
    this.watcher.disconnect();
    this.unseen = new Set($$("[data-shown]", $("#foreseen")));
    for (const each of this.unseen) this.watcher.observe(each);
    this.mark();
  },
  mark() {
    $("#foreseen")?.toggleAttribute("data-seen", Boolean($("#foreseen").dataset.seal) && !this.unseen.size);
  },
  // The server asks for it to be seen.
  show() {
    this.stop();
    if (!this.isWanted) { $("#form-finish").focus(); return; }
    this.watch(stands());
    $("#preview").scrollIntoView({ block: "start" });
    $("#preview-title").focus({ preventScroll: true });
  },
  // What identifies the preview, if it was on the screen and is that of the answers of now.
  seen() {
    const foreseen = $("#foreseen");
    return foreseen && "seen" in foreseen.dataset && this.of === stands() ? foreseen.dataset.seal : "";
  },
};
function stands() {
  const form = $("#form");
  return form ? JSON.stringify([...new FormData(form), $$("#checklist input:checked", form).map((each) => each.id)]) : "";
}

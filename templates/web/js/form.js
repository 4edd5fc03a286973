// The form in the dialog: its draft, what it requires, its rows.
"use strict";

const draft = {
  timer: 0,
  dirty: false,
  reset() { clearTimeout(this.timer); this.dirty = false; },
  schedule() {
    this.dirty = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), 1000);
  },
  flush() { if (this.dirty) this.save(true); },
  async save(leaving = false) {
    const form = $("#form");
    if (!form) return;
    this.reset();
    const state = $("#draft-state");
    state.textContent = words.saving;
    const data = new URLSearchParams(new FormData(form));
    data.set("update", uuid());
    let text = words.unsaved;
    let kept = false;
    let answered = false;
    try {
      const answer = await fetch(form.dataset.save, {
        method: "POST", body: data, keepalive: leaving,
        headers: { "HX-Request": "true", Accept: "application/json" },
      });
      text = (await answer.json()).text;
      kept = answer.ok;
      answered = answer.status < 500;
    } catch { /* reported below: the values are still in the form */ }
    state.textContent = text;
    state.classList.toggle("refusal", !kept);
    if (!answered) {
      // Retried later: when the connection is back, or when the dialog is closed.
      this.dirty = true;
      this.timer = setTimeout(() => this.save(), 5000);
    }
    if (!kept && !dialog.open) toast(text);
  },
};
function requirements() {
  const chosen = $("#form input[name=outcome]:checked, #form input[name=outcome][type=hidden]");
  if (!chosen) return;
  const required = new Set(chosen.dataset.requires.split(" "));
  for (const field of $$("#form [data-field]")) {
    $(":scope > .label > .required", field)?.toggleAttribute("hidden", !required.has(field.dataset.field));
  }
  const problem = $("#outcome-problem");
  if (problem) problem.hidden = true;
}
document.addEventListener("input", (event) => {
  const target = event.target;
  if (target.matches("[data-suggest]")) suggestClients(target);
  if (target.matches("textarea")) grow(target);
  if (target.matches("#composer-text")) suggestCommands();
  if (!target.closest("#form") || target.closest("#checklist")) return;
  if (target.name === "outcome") requirements();
  target.removeAttribute("aria-invalid");
  const problem = $(":scope > .problem", target.closest("[data-field]") || document.createElement("p"));
  if (problem) problem.hidden = true;
  if (target.type !== "file") draft.schedule();
});
document.addEventListener("click", (event) => {
  // What waits to be saved belongs to the draft that is being dropped.
  if (event.target.closest("[data-anew]")) draft.reset();
});
document.addEventListener("htmx:confirm", (event) => {
  if (event.detail.elt.id !== "form") return;
  if ($("#outcomes") && !$("#form input[name=outcome]:checked")) {
    event.preventDefault();
    const problem = $("#outcome-problem");
    problem.textContent = words.chooseOutcome;
    problem.hidden = false;
    $("#form input[name=outcome]").focus();
  }
});

// Rows of a list field.
function renumber() {
  for (const rows of $$("[data-rows]")) {
    $$("[data-row]", rows).forEach((row, number) => {
      for (const cell of $$("[name]", row)) {
        const [kind, field, , ...column] = cell.name.split(":");
        cell.name = [kind, field, number, ...column].join(":");
      }
    });
  }
}
function addRow(field) {
  const rows = $(`[data-rows="${CSS.escape(field)}"]`);
  const template = $(`[data-row-template="${CSS.escape(field)}"]`);
  rows.append(template.content.cloneNode(true));
  renumber();
  $("input, select", rows.lastElementChild).focus();
}
function removeRow(row) {
  const rows = row.parentElement;
  const next = row.nextElementSibling || row.previousElementSibling;
  const field = rows.dataset.rows;
  row.remove();
  if (!next) addRow(field);
  else { renumber(); $("input, select", next).focus(); }
  draft.schedule();
}

let asking = 0;
function suggestClients(input) {
  clearTimeout(asking);
  asking = setTimeout(() => {
    const address = `${input.dataset.suggest}?q=${encodeURIComponent(input.value)}`;
    fetchInto(address, input.list);
  }, 200);
}

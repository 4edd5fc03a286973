// The form in the dialog: its draft, what it requires, its rows.
"use strict";

const draft = {
  timer: 0,
  dirty: false,
  saves: 0,
  reset() { clearTimeout(this.timer); this.dirty = false; },
  schedule(soon = false) {
    this.dirty = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), soon ? 100 : 1000);
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
    report(form, data, false);
    const mine = ++this.saves;
    let text = words.unsaved;
    let kept = false;
    let answered = false;
    try {
      const answer = await fetch(form.dataset.save, {
        method: "POST", body: data, keepalive: leaving,
        headers: { "HX-Request": "true", Accept: "application/json" },
      });
      const told = await answer.json();
      text = told.text;
      pressing.after(() => {
        for (const [name, problem] of Object.entries(told.problems || {})) showProblem(form, name, problem);
        // What an earlier save says of the questions is overtaken.
        if (told.asking && mine === this.saves) ask(form, told.asking);
      });
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
// Whether something belongs to the chosen decision, or to every one while none is chosen; no list stands for all.
function belongs(key, name) {
  const chosen = $("#form input[name=outcome]:checked, #form input[name=outcome][type=hidden]");
  const deciding = chosen ? [chosen] : $$("#form input[name=outcome]");
  return deciding.every((each) => each.dataset[key] === undefined || each.dataset[key].split(" ").includes(name));
}
// What stands in the form, by question; the decision has the name of its own that the server gave it.
function answersIn(form) {
  const answers = new Map();
  for (const [name, value] of new FormData(form)) {
    const question = name === "outcome" ? "outcome:" : /^[tlor]:/.test(name) ? name.split(":")[1] : null;
    if (question) answers.set(question, `${answers.get(question) || ""}\n${name}=${value}`);
  }
  return answers;
}
function rememberForm() {
  const form = $("#form");
  if (!form) return;
  form.shown = answersIn(form);
  // Whoever types over a suggestion has answered, even with the same words.
  for (const field of $$("[data-suggested]", form)) form.shown.delete(field.dataset.field);
  form.window = uuid();
}
// Only what was changed here is written: another window may have changed the rest. What is merely suggested may be
// another day's suggestion tomorrow: it is no answer until the form is sent.
function report(form, data, confirms) {
  const answers = answersIn(form);
  const isChanged = (name) => answers.get(name) !== form.shown.get(name);
  data.set("window", form.window);
  data.set("m:outcome:", form.dataset.mark);
  if (isChanged("outcome:")) data.set("c:outcome:", "");
  for (const field of $$("[data-field]", form)) {
    const name = field.dataset.field;
    data.set(`m:${name}`, field.dataset.mark);
    const waits = "suggested" in field.dataset || ("unsaved" in field.dataset && !isChanged(name));
    if (waits ? confirms && !field.hidden : isChanged(name)) data.set(`c:${name}`, "");
  }
}
// What the answers make of the form: questions and items that are not asked, questions that need an answer now.
function ask(form, asking) {
  for (const field of $$("[data-field]", form)) {
    field.toggleAttribute("data-unasked", asking.hidden.includes(field.dataset.field));
    field.toggleAttribute("data-needed", asking.needed.includes(field.dataset.field));
  }
  for (const item of $$("#checklist [data-item]")) {
    item.toggleAttribute("data-unasked", asking.hidden_items.includes(item.dataset.item));
  }
  requirements();
}
function decides(name) {
  return ($("#form").dataset.deciding || "").split(" ").includes(name);
}
function showProblem(form, name, text) {
  const problem = $(`[data-field="${CSS.escape(name)}"] > .problem`, form) || (name === "outcome:" && $("#outcome-problem"));
  if (!problem) return;
  problem.textContent = text;
  problem.hidden = false;
}
function require(field, isRequired) {
  $(":scope > .label > .required", field)?.toggleAttribute("hidden", !isRequired);
  for (const sign of $$(":scope > [data-required]", field)) sign.textContent = isRequired ? sign.dataset.required : "";
  const said = field.matches("[role=radiogroup]") ? field : $(`#f-${CSS.escape(field.dataset.field)}`, field);
  if (isRequired) said?.setAttribute("aria-required", "true");
  else said?.removeAttribute("aria-required");
}
function requirements() {
  const chosen = $("#form input[name=outcome]:checked, #form input[name=outcome][type=hidden]");
  for (const field of $$("#form [data-field]")) {
    const name = field.dataset.field;
    field.hidden = "unasked" in field.dataset || !belongs("asks", name);
    // A suggestion that nobody sees is not sent.
    for (const control of $$("[name]", field)) control.disabled = field.hidden && "suggested" in field.dataset;
    const isNeeded = "needed" in field.dataset;
    if (chosen || isNeeded || "wasNeeded" in field.dataset) require(field, isNeeded || belongs("requires", name));
    field.toggleAttribute("data-was-needed", isNeeded);
  }
  const items = $$("#checklist [data-item]");
  for (const item of items) item.hidden = "unasked" in item.dataset || !belongs("ticks", item.dataset.item);
  $("#checks")?.toggleAttribute("hidden", items.every((item) => item.hidden));
  const finish = $("#form-finish");
  if (chosen && finish) finish.textContent = "sends" in chosen.dataset ? finish.dataset.sends : finish.dataset.completes;
  const problem = $("#outcome-problem");
  if (problem) problem.hidden = true;
  foresight.schedule();
}
document.addEventListener("input", (event) => {
  const target = event.target;
  if (target.matches("[data-suggest]")) suggest(target);
  if (target.matches("[data-told]")) showUnderstood(target);
  if (target.matches("textarea")) grow(target);
  if (target.matches("#composer-text")) suggestCommands();
  if (!target.closest("#form") || target.closest("#checklist")) return;
  if (target.name === "outcome") requirements();
  const changed = target.closest("[data-field]");
  for (const mark of ["data-suggested", "data-filled"]) changed?.removeAttribute(mark);
  if (changed) $(":scope > .old-mark", changed)?.remove();
  delete target.closest("td")?.dataset.suggested;
  target.removeAttribute("aria-invalid");
  const problem = $(":scope > .problem", target.closest("[data-field]") || document.createElement("p"));
  if (problem) problem.hidden = true;
  if (target.type !== "file") draft.schedule(changed !== null && decides(changed.dataset.field));
  foresight.schedule();
});
document.addEventListener("click", (event) => {
  // What waits to be saved belongs to the draft that is being dropped.
  if (event.target.closest("[data-anew]")) draft.reset();
});
document.addEventListener("htmx:confirm", (event) => {
  if (!["form", "form-finish"].includes(event.detail.elt.id)) return;
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
  draft.schedule(decides(field));
  foresight.schedule();
}

let asking = 0;
function suggest(input) {
  const recognise = () => { if (input.dataset.suggest === "clients") recogniseClient(input); };
  clearTimeout(asking);
  asking = setTimeout(() => {
    const address = `${home}/${input.dataset.suggest}?q=${encodeURIComponent(input.value)}`;
    fetchInto(address, input.list).then(recognise);
  }, 200);
  recognise();
}

// A day told in words ("in 3 days") counts as what is shown under the box, before it is sent.
function showUnderstood(input) {
  const shown = $("[data-understood]", input.closest("[data-field]"));
  clearTimeout(input.telling);
  shown.hidden = true;
  if (!input.value.trim()) return;
  input.telling = setTimeout(async () => {
    const address = `${home}/understood?kind=${input.dataset.told}&q=${encodeURIComponent(input.value)}`;
    await fetchInto(address, shown);
    shown.hidden = !shown.textContent.trim();
  }, 200);
}
document.addEventListener("change", (event) => {
  const picker = event.target.closest("[data-pick]");
  if (!picker?.value) return;
  const [day, time] = picker.value.split("T");
  const text = picker.previousElementSibling;
  text.value = [day.split("-").reverse().join("."), time].filter(Boolean).join(" ");
  text.dispatchEvent(new Event("input", { bubbles: true }));
});

// A known client fills in what the base keeps, but for what was typed by hand; what another one filled in goes.
function recogniseClient(input) {
  if (input.closest("[data-type]").dataset.type !== "client") return;
  const typed = input.value.trim();
  const options = [...input.list.options];
  const isTwin = (each) => "twin" in each.dataset;
  const chosen = options.find((each) => each.value === typed);
  // Of several clients of one name only a chosen one is meant.
  const client = chosen || options.find((each) => each.dataset.meant === typed && !isTwin(each));
  if (!client && options.some((each) => each.dataset.name === typed)) return;
  if (chosen) input.value = chosen.dataset.name;
  for (const field of $$("#form [data-of-client]")) {
    const control = $("input, textarea", field);
    if (control.value.trim() && !("suggested" in field.dataset || "filled" in field.dataset)) continue;
    const value = client?.getAttribute(`data-of-${field.dataset.ofClient}`) || "";
    control.value = value;
    field.toggleAttribute("data-filled", Boolean(value));
    // What tells one of several clients of a name apart is an answer.
    field.toggleAttribute("data-suggested", Boolean(value) && !isTwin(client));
    control.removeAttribute("aria-invalid");
    if (value) $(":scope > .problem", field).hidden = true;
  }
  requirements();
}

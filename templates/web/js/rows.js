// A table pasted into a cell of a list fills the cells from there on, as in a spreadsheet; rows are added as needed.
"use strict";

document.addEventListener("paste", async (event) => {
  const cell = event.target.closest?.("[data-row] :is(input, select)");
  const text = event.clipboardData?.getData("text/plain") || "";
  if (!cell || !/[\t\n]/.test(text.trim())) return;
  event.preventDefault();
  const [, field, , first] = cell.name.split(":");
  const form = cell.form;
  const data = new URLSearchParams({ form: form.dataset.form, chat: "~", update: uuid(), field, first, text });
  try {
    const answer = await fetch(form.dataset.rowsAt, {
      method: "POST", body: data, headers: { "HX-Request": "true", Accept: "application/json" },
    });
    const told = await answer.json();
    if (answer.ok) fillRows(cell.closest("[data-row]"), field, told.rows);
    else toast(told.text, true);
  } catch { toast(words.offline, true); }
});
function fillRows(row, field, rows) {
  let last = null;
  for (const cells of rows) {
    if (!row) { addRow(field); row = $(`[data-rows="${CSS.escape(field)}"]`).lastElementChild; }
    for (const [column, value] of Object.entries(cells)) fillCell(row, column, value);
    last = row;
    row = row.nextElementSibling;
  }
  if (!last) return;
  const control = $("input, select", last);
  control.focus();
  control.dispatchEvent(new Event("input", { bubbles: true }));
}
function fillCell(row, column, value) {
  const control = $$("[name]", row).find((each) => each.name.split(":")[3] === column);
  const shown = value === true ? "yes" : value === false ? "no" : [value ?? ""].flat().join(", ");
  if (!control || !shown) return;
  if (control.matches("select") && ![...control.options].some((each) => each.value === shown)) {
    // What is none of the choices stays as it was pasted, and is refused when the form is sent.
    control.append(new Option(shown, shown));
  }
  if (control.type === "date" && !/^\d{4}-\d\d-\d\d$/.test(shown)) control.type = "text";
  control.value = shown;
  delete control.closest("td").dataset.suggested;
}

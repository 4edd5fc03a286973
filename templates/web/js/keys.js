// What clicks and keys do. Loaded last: everything is defined when the chat is shown.
"use strict";

document.addEventListener("click", (event) => {
  const on = (selector) => event.target.closest(selector);
  if (on("[data-close-toast]")) on(".toast").remove();
  else if (on("[data-close-aside]")) on(".aside").remove();
  else if (on("[data-copy]")) copy(on("[data-copy]").dataset.copy);
  else if (on("[data-unfold]")) toggleQuote(on("[data-unfold]"));
  else if (on("[data-open-case]")) openCase(on("[data-open-case]").dataset.openCase);
  else if (on("[data-close-panel]")) closePanel();
  else if (on("[data-close-dialog]")) closeDialog();
  else if (on("[data-toggle-side]")) toggleSide(!body.classList.contains("side-open"));
  else if (on("[data-close-side]") || on(".chat-link")) toggleSide(false);
  else if (on("[data-add-row]")) addRow(on("[data-add-row]").dataset.addRow);
  else if (on("[data-remove-row]")) removeRow(on("[data-row]"));
  else if (on("[data-remove-kept-file]")) removeKeptFile(on("[data-kept-file]"));
  else if (on("[data-remove-file]")) removeFile(on("[data-file]"));
  else if (on("[data-wish]")) toggleWish(on("[data-wish]"));
  else if (on("[data-command]")) chooseCommand(on("[data-command]"));
  if (on(".new-case, .side-foot button:not([data-wish])")) toggleSide(false);
});

function toggleSide(open) {
  body.classList.toggle("side-open", open);
  $(".veil")?.toggleAttribute("hidden", !open);
  $("[data-toggle-side]")?.setAttribute("aria-expanded", String(open));
  if (open) $(".chat-link[aria-current]")?.focus();
}

document.addEventListener("keydown", (event) => {
  const text = event.target.closest?.(".composer textarea");
  if (text && commands && !commands.hidden && text.id === "composer-text") {
    const all = offered();
    const at = all.indexOf(chosen());
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      select(all[(at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length]);
      return;
    }
    if (event.key === "Tab") { event.preventDefault(); chooseCommand(chosen()); return; }
    if (event.key === "Enter" && chosen().dataset.command !== text.value) {
      event.preventDefault();
      chooseCommand(chosen());
      return;
    }
    if (event.key === "Escape") { event.preventDefault(); hideCommands(); return; }
  }
  if (text && event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    if (text.value.trim() || $("input[name=file]", text.form)) text.form.requestSubmit();
    return;
  }
  if (event.key === "Enter" && event.target.matches("[data-row] input")) {
    // Enter moves to the next row, as in a spreadsheet, rather than sending the form.
    event.preventDefault();
    const row = event.target.closest("[data-row]");
    if (row.nextElementSibling) $("input, select", row.nextElementSibling).focus();
    else addRow(row.parentElement.dataset.rows);
    return;
  }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.closest("#form")) {
    event.preventDefault();
    $("#form").requestSubmit();
    return;
  }
  if (event.key === "Escape" && !dialog?.open) {
    if (body.classList.contains("side-open")) toggleSide(false);
    else if (openedCase()) closePanel();
  }
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id === "chat" || event.target.id === "chat") showChat();
});
showWishes();
showChat();
listen();

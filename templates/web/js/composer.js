// The box in which people type: lines, comments, suggested commands.
"use strict";

function grow(area) {
  if (!area.closest(".composer")) return;
  area.rows = Math.min(6, Math.max(1, area.value.split("\n").length));
}
// Beside an open case there is one box, that of the case: nobody comments where they mean to type a command.
const composerBox = () => $("#panel:not([hidden]) #comment-text") || $("#composer-text");
function oneComposer() {
  $("[data-composer]")?.toggleAttribute("hidden", Boolean(openedCase()));
  $(".skip")?.setAttribute("href", `#${composerBox()?.id}`);
}
function resetComposer(form) {
  // What was refused stays, to be corrected; in the private chat it is a message already.
  const kept = form.classList.contains("was-refused") && (form.matches("[data-comment]") || slug() !== "~");
  form.classList.remove("was-refused");
  const text = $("textarea", form);
  if (!kept) {
    text.value = "";
    const attached = $(".attached", form);
    if (attached) { attached.replaceChildren(); attached.hidden = true; }
  }
  grow(text);
  hideCommands();
  text.focus();
  if (openedCase()) readCase(form.matches("[data-comment]"));
}
const commands = $("#suggestions");
const offered = () => $$("[data-command]:not([hidden])", commands);
const chosen = () => $("[aria-selected=true]", commands);
function suggestCommands() {
  const text = $("#composer-text");
  const typed = text.value.toLowerCase();
  const fits = /^\/\w*$/.test(typed);
  for (const each of $$("[data-command]", commands)) {
    each.hidden = !fits || !each.dataset.command.startsWith(typed);
  }
  const any = offered();
  if (!any.length || (any.length === 1 && any[0].dataset.command === typed)) { hideCommands(); return; }
  const box = text.form.getBoundingClientRect();
  commands.style.setProperty("left", `${box.left}px`);
  commands.style.setProperty("bottom", `${innerHeight - box.top}px`);
  commands.style.setProperty("max-width", `${box.width}px`);
  commands.hidden = false;
  select(any[0]);
}
function select(option) {
  chosen()?.setAttribute("aria-selected", "false");
  option.setAttribute("aria-selected", "true");
  $("#composer-text").setAttribute("aria-activedescendant", option.id);
}
function hideCommands() {
  if (!commands) return;
  commands.hidden = true;
  chosen()?.setAttribute("aria-selected", "false");
  $("#composer-text")?.removeAttribute("aria-activedescendant");
}
function chooseCommand(option) {
  const text = $("#composer-text");
  text.value = option.dataset.command + (option.dataset.takesWords === undefined ? "" : " ");
  hideCommands();
  text.focus();
}

// The conversation of a case in the panel beside the chat.
"use strict";

const openedCase = () => $("#panel:not([hidden]) [data-panel-case]")?.dataset.panelCase;
let opener = null;
async function openCase(id) {
  const panel = $("#panel");
  if (!panel) { location.href = `${home}/case/${id}`; return; }
  opener = document.activeElement;
  closeDialog();
  await fetchInto(`${home}/case/${id}`, "#panel");
  if (!$("[data-panel-case]", panel)) return;
  panel.hidden = false;
  body.classList.add("with-panel");
  oneComposer();
  $("h2", panel)?.focus();
}
function closePanel() {
  const panel = $("#panel");
  panel.hidden = true;
  panel.replaceChildren();
  body.classList.remove("with-panel");
  oneComposer();
  if (location.pathname.includes("/case/")) history.replaceState(null, "", `${home}/chat/${slug()}`);
  (opener?.isConnected ? opener : composerBox())?.focus();
}
let reading = 0;
let wantsEnd = false;
let lastRead = Promise.resolve();
function readCase(toEnd = false) {
  // News of one's own comment arrives beside its response and must not cancel the scroll to the end.
  wantsEnd ||= toEnd;
  clearTimeout(reading);
  reading = setTimeout(() => pressing.after(() => { lastRead = lastRead.then(readCaseNow); }), 120);
}
async function readCaseNow() {
  const id = openedCase();
  if (!id) return;
  const toEnd = wantsEnd;
  wantsEnd = false;
  const box = $("#case-body");
  const open = new Set($$("details[open]", box).map((each) => each.dataset.fold));
  const [top, low] = [box.scrollTop, box.scrollHeight - box.scrollTop - box.clientHeight < 60];
  await fetchInto(`${home}/case/${id}?part=body`, "#case-body");
  $$("details", box).forEach((each) => { each.open = open.has(each.dataset.fold); });
  box.scrollTop = low || toEnd ? box.scrollHeight : top;
}
document.addEventListener("openCase", (event) => openCase(String(event.detail.case)));

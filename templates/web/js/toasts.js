// Short messages in the corner: shown, moved into an open dialog, removed after a while.
"use strict";

const toastBox = () => $("#toasts");
function placeToasts() {
  // A modal dialog covers everything outside it, so the toasts move into it while it is open.
  const dialog = $("#dialog");
  const place = dialog && dialog.open ? dialog : body;
  if (toastBox() && toastBox().parentElement !== place) place.append(toastBox());
}
function toast(text, refusal = true) {
  const line = document.createElement("div");
  line.className = "toast" + (refusal ? " refusal" : "");
  if (refusal) line.setAttribute("role", "alert");
  const span = document.createElement("span");
  span.textContent = text;
  const close = document.createElement("button");
  close.className = "icon";
  close.type = "button";
  close.dataset.closeToast = "";
  close.textContent = "✕";
  line.append(span, close);
  placeToasts();
  toastBox()?.append(line);
}
if (toastBox()) {
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) {
        if (node.nodeType === 1) setTimeout(() => node.remove(), node.matches(".refusal") ? 12000 : 7000);
      }
    }
    const extra = $$(".toast", toastBox()).slice(0, -3);
    extra.forEach((each) => each.remove());
  }).observe(toastBox(), { childList: true });
}

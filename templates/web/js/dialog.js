// The one dialog of the page: show it, close it.
"use strict";

const dialog = $("#dialog");
let asker = null;
function showDialog() {
  if (!dialog.open) {
    $$(".toast:not(.refusal)", toastBox()).forEach((each) => each.remove());
    dialog.showModal();
  }
  placeToasts();
  renumber();
  rememberForm();
  foresight.forget();
  requirements();
  draft.reset();
  const first = $("[aria-invalid=true]", dialog) || $("[data-invalid] input", dialog) || $(".form-problem", dialog)
    || $("input:not([type=hidden]), textarea, select, .menu .button:not(.danger)", dialog);
  first?.focus();
  if (first?.matches("[aria-invalid=true]")) first.scrollIntoView({ block: "center" });
}
function closeDialog() {
  if (dialog?.open) dialog.close();
}
dialog?.addEventListener("close", () => {
  draft.flush();
  placeToasts();
  (asker?.isConnected && asker.matches("button") ? asker : composerBox())?.focus();
});
document.addEventListener("dialogDone", (event) => {
  event.target.closest(".aside")?.setAttribute("data-done", "");
  draft.reset();
  foresight.forget();
  closeDialog();
  $("#dialog-body")?.replaceChildren();
});

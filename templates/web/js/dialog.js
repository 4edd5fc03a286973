// The one dialog of the page: show it, preview, close it.
"use strict";

const dialog = $("#dialog");
let asker = null;
function showDialog() {
  showPreview(false);
  if (!dialog.open) {
    $$(".toast:not(.refusal)", toastBox()).forEach((each) => each.remove());
    dialog.showModal();
  }
  placeToasts();
  renumber();
  rememberForm();
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
function showPreview(on) {
  const form = $("#form");
  if (!form) return;
  form.classList.toggle("is-previewing", on);
  $("#preview").hidden = !on;
  if (on) { draft.reset(); $(".dialog-scroll", form).scrollTop = 0; $("#preview-title")?.focus(); }
  else $("#form-submit")?.focus();
}
dialog?.addEventListener("cancel", (event) => {
  if ($("#form.is-previewing")) { event.preventDefault(); showPreview(false); }
});
dialog?.addEventListener("close", () => {
  draft.flush();
  placeToasts();
  (asker?.isConnected && asker.matches("button") ? asker : composerBox())?.focus();
});
document.addEventListener("dialogDone", (event) => {
  event.target.closest(".aside")?.setAttribute("data-done", "");
  draft.reset();
  closeDialog();
  $("#dialog-body")?.replaceChildren();
});

// Files are uploaded at once; the form keeps only the id and name that the server returns.
"use strict";

const MAX_FILE = 10 * 1024 * 1024;

document.addEventListener("change", async (event) => {
  const input = event.target;
  if (!input.matches("input[type=file]") || !input.files.length) return;
  if (input.matches("[data-attach]")) { attach(input); return; }
  if (input.closest("[data-files]")) { addFiles(input, input.closest("[data-files]")); return; }
  const box = input.closest("[data-file]");
  const state = $(".file-state", box);
  state.classList.remove("refusal");
  state.textContent = words.uploading;
  const result = await upload(input.files[0]);
  if (!result.id) { showFileError(box, result.text); return; }
  setFile(box, result.id, result.name);
  draft.schedule();
});
async function addFiles(input, box) {
  const state = $(".file-state", box);
  const chosen = [...input.files];
  input.value = "";
  state.classList.remove("refusal");
  for (const file of chosen) {
    state.textContent = words.uploading;
    const result = await upload(file);
    if (!result.id) { showFileError(box, result.text); return; }
    const line = $("template", box).content.cloneNode(true);
    $("span", line).textContent = result.name;
    $('input[name$=":id"]', line).value = result.id;
    $('input[name$=":name"]', line).value = result.name;
    $(".file-list", box).append(line);
    renumberFiles(box);
    draft.schedule();
  }
  state.textContent = "";
}
function renumberFiles(box) {
  $$("[data-kept-file]", box).forEach((line, number) => {
    for (const part of $$("[name]", line)) part.name = part.name.replace(/:[^:]*:([^:]*)$/, `:${number}:$1`);
  });
}
function removeKeptFile(line) {
  const box = line.closest("[data-files]");
  line.remove();
  renumberFiles(box);
  draft.schedule();
  $("input[type=file]", box).focus();
}
async function upload(file) {
  if (file.size > MAX_FILE) return { text: words.tooLarge };
  try {
    const answer = await fetch(`${home}/files`, {
      method: "POST", body: file,
      headers: { "HX-Request": "true", Accept: "application/json", "Content-Type": "application/octet-stream",
        "X-File-Name": encodeURIComponent(file.name) },
    });
    return await answer.json();
  } catch { return { text: words.offline }; }
}
async function attach(input) {
  const list = $(".attached", input.form);
  const line = document.createElement("li");
  line.textContent = words.uploading;
  list.append(line);
  list.hidden = false;
  const result = await upload(input.files[0]);
  input.value = "";
  line.textContent = result.id ? result.name : result.text;
  line.classList.toggle("refusal", !result.id);
  if (result.id) {
    const kept = document.createElement("input");
    kept.type = "hidden";
    kept.name = "file";
    kept.value = result.id;
    line.append(kept);
  } else setTimeout(() => line.remove(), 12000);
}
function setFile(box, id, name) {
  $(`input[name$=":id"]`, box).value = id;
  $(`input[name$=":name"]`, box).value = name;
  $(".file-state", box).textContent = name;
  $("[data-remove-file]", box).hidden = !id;
}
function showFileError(box, text) {
  $("input[type=file]", box).value = "";
  const state = $(".file-state", box);
  state.textContent = text;
  state.classList.add("refusal");
}
function removeFile(box) {
  $("input[type=file]", box).value = "";
  setFile(box, "", "");
  draft.schedule();
  $("input[type=file]", box).focus();
}

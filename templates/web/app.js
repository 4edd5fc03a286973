// What htmx leaves to a page: dialogs, rows, drafts, toasts, the composing box, scrolling, keyboard.
"use strict";
(() => {
  const body = document.body;
  const home = body.dataset.home;
  const words = body.dataset;
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const MAX_FILE = 10 * 1024 * 1024;

  // randomUUID exists only on https and localhost, and an office server may be plain http.
  const uuid = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");

  // --- toasts -------------------------------------------------------------------------------------------------
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

  // What fails is told by the listeners below; only the promise must not go unheard.
  const fetchInto = (address, target) => htmx.ajax("GET", address, { target, swap: "innerHTML" }).catch(() => {});

  // --- every request --------------------------------------------------------------------------------------------
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb !== "post") return;
    const source = event.detail.elt;
    if (source.matches("#checklist input")) ticked = source.id;
    if (!source.closest("#dialog")) asker = source;
    if (source.matches("[data-send]")) {
      event.detail.parameters.set("update", $("#preview [data-update]").value);
      return;
    }
    // The same name until the server has answered, so that sending again after a lost answer takes effect once.
    source.dataset.update ||= uuid();
    event.detail.parameters.set("update", source.dataset.update);
  });
  // Not `disabled`: that would take the focus away from whoever works by keyboard.
  const busy = (source) => source.closest(".buttons") || (source.matches("[data-press]") ? source : null);
  document.addEventListener("htmx:beforeRequest", (event) => busy(event.detail.elt)?.setAttribute("aria-busy", "true"));
  // A card may change while its button waits for the answer, and what htmx would trigger on the button is lost with it.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { elt, xhr } = event.detail;
    if (elt.closest("#dialog")) return;
    xhr.addEventListener("loadend", () => {
      const told = elt.isConnected ? null : xhr.getResponseHeader("HX-Trigger");
      for (const [name, detail] of Object.entries(JSON.parse(told) || {})) {
        body.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
      }
    });
  });
  document.addEventListener("htmx:confirm", (event) => {
    if (busy(event.detail.elt)?.getAttribute("aria-busy") === "true") event.preventDefault();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const source = event.detail.elt;
    busy(source)?.removeAttribute("aria-busy");
    const answered = event.detail.xhr && event.detail.xhr.status > 0;
    if (answered && event.detail.xhr.status !== 503) delete source.dataset.update;
    if (source.matches("#checklist input") && !event.detail.successful) source.checked = !source.checked;
    if (event.detail.successful && source.matches("[data-composer], [data-comment]")) said(source);
  });
  const isSuggestion = (event) => event.detail.target?.matches?.("datalist");
  document.addEventListener("htmx:sendError", (event) => isSuggestion(event) || toast(words.offline || "No connection to the server."));
  document.addEventListener("htmx:timeout", (event) => isSuggestion(event) || toast(words.slow || words.offline || "The server does not answer."));
  document.addEventListener("refused", (event) => {
    if (event.target.matches("#checklist input")) event.target.checked = !event.target.checked;
    event.target.closest("[data-composer], [data-comment]")?.classList.add("was-refused");
  });
  document.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest(selector);
    if (on("[data-close-toast]")) on(".toast").remove();
    else if (on("[data-close-aside]")) on(".aside").remove();
    else if (on("[data-unfold]")) toggleQuote(on("[data-unfold]"));
    else if (on("[data-open-case]")) openCase(on("[data-open-case]").dataset.openCase);
    else if (on("[data-close-panel]")) closePanel();
    else if (on("[data-close-dialog]")) closeDialog();
    else if (on("[data-back-to-form]")) showPreview(false);
    else if (on("[data-toggle-side]")) toggleSide(!body.classList.contains("side-open"));
    else if (on("[data-close-side]") || on(".chat-link")) toggleSide(false);
    else if (on("[data-add-row]")) addRow(on("[data-add-row]").dataset.addRow);
    else if (on("[data-remove-row]")) removeRow(on("[data-row]"));
    else if (on("[data-remove-file]")) removeFile(on("[data-file]"));
    else if (on("[data-command]")) chooseCommand(on("[data-command]"));
    if (on(".new-case, .side-foot button")) toggleSide(false);
  });

  function toggleSide(open) {
    body.classList.toggle("side-open", open);
    $(".veil")?.toggleAttribute("hidden", !open);
    $("[data-toggle-side]")?.setAttribute("aria-expanded", String(open));
    if (open) $(".chat-link[aria-current]")?.focus();
  }

  // --- the open chat ---------------------------------------------------------------------------------------------
  const list = () => $("#messages");
  const slug = () => list()?.dataset.chat;
  const seenKey = (chat) => `handover:${words.person}:seen:${chat}`;
  const atBottom = () => list() && list().scrollHeight - list().scrollTop - list().clientHeight < 80;
  const toBottom = () => { if (list()) list().scrollTop = list().scrollHeight; };
  function store(key, value) {
    try { localStorage.setItem(key, value); } catch { /* a private window keeps no marks */ }
  }
  function stored(key) {
    try { return localStorage.getItem(key); } catch { return null; }
  }
  function lastIn(root) {
    return $$("article[data-id]", root).reduce((last, each) => Math.max(last, Number(each.dataset.id)), 0);
  }
  function markSeen() {
    if (!list()) return;
    const link = $(`.chat-link[data-slug="${CSS.escape(slug())}"]`);
    const last = Math.max(lastIn(list()), Number(link?.dataset.last || 0));
    if (document.visibilityState === "visible") store(seenKey(slug()), String(last));
    showUnread();
  }
  function showUnread() {
    let waiting = 0;
    for (const link of $$(".chat-link")) {
      const seen = stored(seenKey(link.dataset.slug));
      const last = Number(link.dataset.last);
      // A channel never opened is news only where it is the person's own.
      const unread = seen === null ? "mine" in link.dataset && last > 0 : last > Number(seen);
      $(".unread", link).hidden = !unread;
      link.classList.toggle("has-unread", unread);
      if (unread && "mine" in link.dataset) waiting += 1;
    }
    $("[data-toggle-side]")?.classList.toggle("has-unread", waiting > 0);
    const title = $("#chat")?.dataset.title;
    if (title) document.title = `${waiting ? `(${waiting}) ` : ""}${title} — Handover`;
  }
  function showEmpty() {
    $("#empty")?.toggleAttribute("hidden", Boolean($("article", list())));
  }
  function chatOpened() {
    if (!list()) return;
    foldQuotes();
    for (const link of $$(".chat-link")) {
      if (link.dataset.slug === slug()) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    toBottom();
    showEmpty();
    markSeen();
    composerFor(openedCase());
  }
  document.addEventListener("visibilitychange", markSeen);

  // Long letters on cards are folded; what a reader has unfolded stays so when the card changes.
  const SHORT_ENOUGH = 280;
  const unfolded = new Set();
  const quoteKey = (quote) => {
    const article = quote.closest("article");
    return `${article.id}:${$$("blockquote", article).indexOf(quote)}`;
  };
  function foldQuotes() {
    if (!list()) return;
    for (const quote of $$(".text blockquote:not(.folded, .whole)", list())) {
      const isLong = quote.scrollHeight > SHORT_ENOUGH;
      quote.classList.add(isLong && !unfolded.has(quoteKey(quote)) ? "folded" : "whole");
      if (!isLong) continue;
      const button = document.createElement("button");
      button.className = "link unfold";
      button.type = "button";
      button.dataset.unfold = "";
      quote.after(button);
      nameUnfold(button);
    }
  }
  function nameUnfold(button) {
    const folded = button.previousElementSibling.classList.contains("folded");
    button.textContent = folded ? words.more : words.less;
    button.setAttribute("aria-expanded", String(!folded));
  }
  function toggleQuote(button) {
    const quote = button.previousElementSibling;
    const folded = quote.classList.toggle("folded");
    quote.classList.toggle("whole", !folded);
    if (folded) unfolded.delete(quoteKey(quote)); else unfolded.add(quoteKey(quote));
    nameUnfold(button);
  }
  if ($("main")) new MutationObserver(foldQuotes).observe($("main"), { childList: true, subtree: true });

  // --- news --------------------------------------------------------------------------------------------------------
  let focusInside = null;
  let stick = false;
  document.addEventListener("htmx:sseBeforeMessage", (event) => {
    const news = event.detail;
    if (news.type === "reload") { event.preventDefault(); readAnew(); return; }
    if (news.type === "case") { event.preventDefault(); if (openedCase() === news.data.trim()) readCase(); return; }
    const article = new DOMParser().parseFromString(news.data, "text/html").querySelector("article");
    if (!article) { event.preventDefault(); return; }
    const link = $(`.chat-link[data-slug="${CSS.escape(article.dataset.chat)}"]`);
    if (link) link.dataset.last = String(Math.max(Number(link.dataset.last), Number(article.dataset.id)));
    if (openedCase() && article.dataset.case === openedCase()) readCase();
    const shown = document.getElementById(article.id);
    if (article.dataset.chat !== slug()) { event.preventDefault(); showUnread(); return; }
    stick = atBottom();
    if (!shown) {
      const [id, all] = [Number(article.dataset.id), $$("article[data-id]", list())];
      // What is older than everything shown belongs to the pages above and is read with them.
      if ($(".earlier", list()) && all.length && id < Number(all[0].dataset.id)) { event.preventDefault(); return; }
      const place = document.createElement("article");
      place.id = article.id;
      place.dataset.edit = "-1";
      // News of messages written at the same time may come in another order than the messages.
      const next = all.find((each) => Number(each.dataset.id) > id);
      if (next) next.before(place); else list().append(place);
    }
  });
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const { target, fragment } = event.detail;
    if (!target.matches("article[data-edit]")) return;
    const next = fragment.querySelector("article[data-edit]");
    if (next && Number(next.dataset.edit) <= Number(target.dataset.edit)) { event.detail.shouldSwap = false; return; }
    const focused = document.activeElement;
    focusInside = target.contains(focused) && focused !== target ? [target.id, focused.textContent] : null;
  });
  let ticked = null;
  // Not htmx:oobAfterSwap: that one is lost when the form that asked has itself been replaced.
  document.addEventListener("htmx:load", (event) => {
    const { id, parentElement, dataset } = event.target;
    if (parentElement?.id === "dialog-body") dialogFilled();
    else if (id === "preview-title") showPreview(true);
    else if (id === "checklist" && ticked) document.getElementById(ticked)?.focus();
    else if (dataset && "aside" in dataset) { showEmpty(); toBottom(); }
  });
  document.addEventListener("htmx:sseMessage", () => {
    showEmpty();
    if (stick) toBottom();
    if (focusInside) {
      const article = document.getElementById(focusInside[0]);
      const same = $$("button", article || body).find((button) => button.textContent === focusInside[1]);
      (same || article)?.focus();
      focusInside = null;
    }
    markSeen();
  });
  let lost = 0;
  document.addEventListener("htmx:sseError", () => {
    if (!lost) lost = setTimeout(() => toast(words.reconnecting), 4000);
  });
  document.addEventListener("htmx:sseOpen", () => { clearTimeout(lost); lost = 0; });

  async function readAnew() {
    if (!list()) return;
    const stay = !atBottom();
    const top = list().scrollTop;
    await fetchInto(`${home}/chat/${slug()}/messages`, "#messages");
    if (stay) list().scrollTop = top; else toBottom();
    showEmpty();
    markSeen();
    if (openedCase()) readCase();
  }

  // --- the conversation of a case ---------------------------------------------------------------------------------
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
    composerFor(id);
    $("h2", panel)?.focus();
  }
  function closePanel() {
    const panel = $("#panel");
    panel.hidden = true;
    panel.replaceChildren();
    body.classList.remove("with-panel");
    composerFor("");
    if (location.pathname.includes("/case/")) history.replaceState(null, "", `${home}/chat/${slug()}`);
    (opener?.isConnected ? opener : $("#composer-text"))?.focus();
  }
  let reading = 0;
  let wantsEnd = false;
  let lastRead = Promise.resolve();
  function readCase(toEnd = false) {
    // News of one's own comment come beside its answer and must not take the way to its end back.
    wantsEnd ||= toEnd;
    clearTimeout(reading);
    reading = setTimeout(() => { lastRead = lastRead.then(readCaseNow); }, 120);
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

  // --- dialogs -----------------------------------------------------------------------------------------------------
  const dialog = $("#dialog");
  let asker = null;
  function dialogFilled() {
    showPreview(false);
    if (!dialog.open) {
      $$(".toast:not(.refusal)", toastBox()).forEach((each) => each.remove());
      dialog.showModal();
    }
    placeToasts();
    renumber();
    requirements();
    draft.reset();
    const first = $("[aria-invalid=true]", dialog) || $("[data-invalid] input", dialog) || $(".form-problem", dialog)
      || $("input:not([type=hidden]), textarea, select, .menu .button", dialog);
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
    (asker?.isConnected && asker.matches("button") ? asker : $("#composer-text"))?.focus();
  });
  document.addEventListener("dialogDone", () => { draft.reset(); closeDialog(); $("#dialog-body")?.replaceChildren(); });

  // --- forms -------------------------------------------------------------------------------------------------------
  const draft = {
    timer: 0,
    dirty: false,
    reset() { clearTimeout(this.timer); this.dirty = false; },
    touched() {
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
      } catch { /* said below: the values are still in the form */ }
      state.textContent = text;
      state.classList.toggle("refusal", !kept);
      if (!answered) {
        // Kept for the next try: when the connection is back, or when the dialog is closed.
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
    if (target.type !== "file") draft.touched();
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
    draft.touched();
  }

  // Files go up at once; the form keeps only what the server calls them.
  document.addEventListener("change", async (event) => {
    const input = event.target;
    if (!input.matches("input[type=file]") || !input.files.length) return;
    if (input.matches("[data-attach]")) { attach(input); return; }
    const box = input.closest("[data-file]");
    const state = $(".file-state", box);
    state.classList.remove("refusal");
    state.textContent = words.uploading;
    const told = await upload(input.files[0]);
    if (!told.id) { fileFailed(box, told.text); return; }
    setFile(box, told.id, told.name);
    draft.touched();
  });
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
    const told = await upload(input.files[0]);
    input.value = "";
    line.textContent = told.id ? told.name : told.text;
    line.classList.toggle("refusal", !told.id);
    if (told.id) {
      const kept = document.createElement("input");
      kept.type = "hidden";
      kept.name = "file";
      kept.value = told.id;
      line.append(kept);
    } else setTimeout(() => line.remove(), 12000);
  }
  function setFile(box, id, name) {
    $(`input[name$=":id"]`, box).value = id;
    $(`input[name$=":name"]`, box).value = name;
    $(".file-state", box).textContent = name;
    $("[data-remove-file]", box).hidden = !id;
  }
  function fileFailed(box, text) {
    $("input[type=file]", box).value = "";
    const state = $(".file-state", box);
    state.textContent = text;
    state.classList.add("refusal");
  }
  function removeFile(box) {
    $("input[type=file]", box).value = "";
    setFile(box, "", "");
    draft.touched();
    $("input[type=file]", box).focus();
  }

  let asking = 0;
  function suggestClients(input) {
    clearTimeout(asking);
    asking = setTimeout(() => {
      const address = `${input.dataset.suggest}?q=${encodeURIComponent(input.value)}`;
      fetchInto(address, input.list);
    }, 200);
  }

  // --- the composing box -------------------------------------------------------------------------------------------
  function grow(area) {
    if (!area.closest(".composer")) return;
    area.rows = Math.min(6, Math.max(1, area.value.split("\n").length));
  }
  function composerFor(caseId) {
    const text = $("#composer-text");
    if (!text) return;
    $("input[name=case]", text.form).value = caseId || "";
    text.placeholder = caseId ? text.dataset.casePlaceholder : text.dataset.placeholder;
  }
  function said(form) {
    // A refused comment stays to be mended; a line that was no command is shown with the answer.
    const kept = form.classList.contains("was-refused") && Boolean($("input[name=case]", form).value);
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
    if (openedCase()) readCase(form.matches("[data-comment]") || Boolean($("input[name=case]", form).value));
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
    text.setAttribute("aria-expanded", "true");
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
    const text = $("#composer-text");
    text?.setAttribute("aria-expanded", "false");
    text?.removeAttribute("aria-activedescendant");
  }
  function chooseCommand(option) {
    const text = $("#composer-text");
    text.value = option.dataset.command + (option.dataset.command === "/status" ? " " : "");
    hideCommands();
    text.focus();
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
      // Enter goes on to the next row, as in a spreadsheet, rather than sending the form.
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
    if (event.detail.target?.id === "chat" || event.target.id === "chat") chatOpened();
  });
  chatOpened();
})();

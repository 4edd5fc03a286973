// What draws attention to a page that nobody looks at: the number in its title, desktop notifications, a sound.
"use strict";

const wishKey = (wish) => `handover:${words.person}:${wish}`;
const canNotify = () => window.isSecureContext && "Notification" in window;
const wants = (wish) => stored(wishKey(wish)) === "on" && (wish !== "notify" || (canNotify() && Notification.permission === "granted"));
function showWishes() {
  for (const button of $$("[data-wish]")) {
    button.hidden = button.dataset.wish === "notify" && !canNotify();
    button.setAttribute("aria-checked", String(wants(button.dataset.wish)));
  }
}
async function toggleWish({ dataset: { wish } }) {
  const on = !wants(wish);
  if (on && wish === "notify" && await Notification.requestPermission() !== "granted") toast(words.blocked);
  else store(wishKey(wish), on ? "on" : "off");
  showWishes();
  if (on && wish === "sound") ring();
}
// Windows of one person show the same switches.
window.addEventListener("storage", showWishes);

const SILENCE = 2000; // between two tones
let lastTone = -SILENCE;
function ring() {
  if (performance.now() - lastTone < SILENCE) return;
  lastTone = performance.now();
  const audio = new AudioContext();
  const [tone, volume] = [audio.createOscillator(), audio.createGain()];
  tone.frequency.value = 660;
  volume.gain.setValueAtTime(0.15, audio.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.4);
  tone.connect(volume).connect(audio.destination);
  tone.onended = () => audio.close();
  tone.start();
  tone.stop(audio.currentTime + 0.4);
}
function notify(link, text) {
  try {
    const shown = new Notification($(".chat-title", link).textContent, { body: text, tag: wishKey(link.dataset.slug) });
    shown.onclick = () => { window.focus(); link.click(); shown.close(); };
  } catch { /* phones show none from a page */ }
}
// Only what is new in one's own chats is announced, unless one of the person's windows shows it within a moment.
function announce(article) {
  const { chat, id, edit } = article.dataset;
  const link = $(`.chat-link[data-mine][data-slug="${CSS.escape(chat)}"]`);
  if (!link || edit !== "0" || article.matches(".mine")) return;
  const text = ($(".card-title", article) || $(".text", article) || article).textContent.trim().slice(0, 200);
  setTimeout(() => {
    if (Number(stored(seenKey(chat))) >= Number(id)) return;
    if (wants("sound")) ring();
    if (wants("notify")) notify(link, text);
  }, 500);
}

let cards = Number(words.waiting); // that wait in one's own channels
let counting = 0;
function countCards() {
  counting ||= setTimeout(async () => {
    counting = 0;
    try {
      const answer = await fetch(`${home}/waiting`, { headers: { Accept: "application/json" } });
      if (answer.ok) cards = (await answer.json()).count;
    } catch { /* the next news counts again */ }
    showTitle();
  }, 1000);
}
function showTitle() {
  const title = $("#chat")?.dataset.title;
  if (title) document.title = `${cards ? `(${cards}) ` : ""}${title} — Handover`;
}

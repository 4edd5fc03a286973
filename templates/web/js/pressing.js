// What is replaced or moved between a press and its release loses the click: redrawing waits for the release.
"use strict";

const pressing = {
  isDown: false,
  bound: 0,
  waiting: [],
  // Do something now, or once the pointer is up and its click has been handled.
  after(work) {
    if (this.isDown) this.waiting.push(work); else work();
  },
  released() { return new Promise((done) => { this.after(done); }); },
  begin() {
    this.isDown = true;
    clearTimeout(this.bound);
    // A release outside the window may never be told, and somebody may hold the pointer down for long.
    this.bound = setTimeout(() => this.end(), 2000);
  },
  end() {
    if (!this.isDown) return;
    this.isDown = false;
    clearTimeout(this.bound);
    // The click is told after the release.
    setTimeout(() => { if (!this.isDown) this.waiting.splice(0).forEach((work) => work()); });
  },
};
window.addEventListener("pointerdown", () => pressing.begin(), true);
for (const type of ["pointerup", "pointercancel", "blur"]) window.addEventListener(type, () => pressing.end(), true);

// Single keys, the focus and the announcement. Every action works without this script.
"use strict";

const SWITCH = "moderation-desk-keys";
let sent = false;

function keysAreOn() {
  return localStorage.getItem(SWITCH) !== "off";
}

function showSwitch() {
  const button = document.getElementById("keys-switch");
  document.documentElement.classList.toggle("keyless", !keysAreOn());
  if (button) {
    button.hidden = false;
    button.textContent = keysAreOn() ? "Switch single keys off" : "Switch single keys on";
  }
}

function isField(element) {
  return element.closest("input, textarea, select, [contenteditable]") !== null;
}

function move(by) {
  const rows = [...document.querySelectorAll("a.row")];
  const at = rows.indexOf(document.activeElement);
  const next = rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by))];
  if (next) next.focus();
}

function press(key) {
  const rejecting = document.getElementById("rejecting");
  if (/^[1-9]$/.test(key)) {
    const reason = rejecting && rejecting.open && document.querySelector(`[data-reason="${key}"]`);
    if (reason) reason.click();
    return Boolean(reason);
  }
  if (key === "j" || key === "k") {
    move(key === "j" ? 1 : -1);
    return true;
  }
  if (key === "n") {
    const note = document.getElementById("note");
    if (note) note.focus();
    return Boolean(note);
  }
  const target = /^[a-z?]$/.test(key) && document.querySelector(`[data-key="${key}"]`);
  if (!target) return false;
  target.click();
  if (key === "r" && rejecting && rejecting.open) document.querySelector("[data-reason]").focus();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing) return;
  if (!keysAreOn() || sent || isField(event.target)) return;
  if (press(event.key)) event.preventDefault();
});

document.addEventListener("submit", (event) => {
  if (sent) event.preventDefault();
  sent = true;
});

// A page that the browser takes out of its memory can send its forms again.
window.addEventListener("pageshow", () => { sent = false; });

document.addEventListener("DOMContentLoaded", () => {
  showSwitch();
  const button = document.getElementById("keys-switch");
  if (button) {
    button.addEventListener("click", () => {
      localStorage.setItem(SWITCH, keysAreOn() ? "off" : "on");
      showSwitch();
    });
  }
  const comment = document.getElementById("comment");
  if (comment) comment.focus({ preventScroll: true });
  // A screen reader announces what changes after the page is there.
  const status = document.getElementById("status");
  if (status && status.textContent) {
    const told = status.textContent;
    status.textContent = "";
    setTimeout(() => { status.textContent = told; }, 100);
  }
});

// Single keys, the focus and the announcement. Every action works without this script.
"use strict";

const SWITCH = "moderation-desk-keys";
let on = stored() !== "off";
let sent = false;

// A browser that keeps nothing for pages throws; the switch then lasts as long as the page.
function stored(value) {
  try {
    if (value) localStorage.setItem(SWITCH, value);
    return localStorage.getItem(SWITCH);
  } catch {
    return null;
  }
}

function showSwitch() {
  const button = document.getElementById("keys-switch");
  document.documentElement.classList.toggle("keyless", !on);
  if (button) {
    button.hidden = false;
    button.textContent = on ? "Switch single keys off" : "Switch single keys on";
  }
}

function isField(element) {
  return element.closest("input, textarea, select, [contenteditable]") !== null;
}

// The letter or digit of a key, also with Caps Lock, and on keyboards of another script. Some
// keyboards need Shift for a digit or for "?", but a letter with Shift is none of ours.
function nameOf(event) {
  if (event.shiftKey) return /[0-9?]/.test(event.key) ? event.key : "";
  if (/^Digit[1-9]$/.test(event.code)) return event.code.slice(-1);
  const isForeign = /^\p{L}$/u.test(event.key) && !/\p{Script=Latin}/u.test(event.key);
  if (isForeign && /^Key[A-Z]$/.test(event.code)) return event.code.slice(-1).toLowerCase();
  return event.key.toLowerCase();
}

function move(by) {
  const rows = [...document.querySelectorAll("a.row")];
  const at = rows.indexOf(document.activeElement);
  const next = rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by))];
  if (next) next.focus();
}

function focusOn(id) {
  const element = document.getElementById(id);
  if (element) element.focus({ preventScroll: id === "comment" });
  return element !== null;
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
  if (key === "n") return focusOn("note");
  const target = /^[a-z?]$/.test(key) && document.querySelector(`[data-key="${key}"]`);
  if (!target) return false;
  target.click();
  if (key === "r" && rejecting && rejecting.open) document.querySelector("[data-reason]").focus();
  if (key === "?") target.focus();
  return true;
}

// Escape leaves the note, which stays, and closes the list of reasons.
function leave() {
  const rejecting = document.getElementById("rejecting");
  if (rejecting) rejecting.open = false;
  return focusOn("comment");
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing) return;
  if (event.key === "Escape") leave();
  else if (on && !sent && !isField(event.target) && press(nameOf(event))) event.preventDefault();
});

// The buttons say how many comments are ticked; without the script, the desk asks if that is wrong.
document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (!form || form.id !== "together") return;
  const n = form.querySelectorAll("input[type=checkbox]:checked").length;
  for (const shown of form.querySelectorAll(".n")) shown.textContent = n;
  for (const button of form.querySelectorAll("[data-count]")) {
    button.value = button.value.replace(/\d+$/, n);
    button.disabled = n === 0;
  }
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
      on = !on;
      stored(on ? "on" : "off");
      showSwitch();
    });
  }
  focusOn("comment");
  // A screen reader announces what changes after the page is there.
  const status = document.getElementById("status");
  if (status && status.textContent) {
    const told = status.textContent;
    status.textContent = "";
    setTimeout(() => { status.textContent = told; }, 100);
  }
});

/*
 * Comforts of the editor. Everything here works without: the buttons save, and the page shows what stands beside the words.
 * Names of htmx events stand in site.js only; it tells of what is asked and
 * answered as "portal:asking", "portal:answered" and "portal:swapped".
 *
 *   form[data-words]        the words. Kept in this browser until a save of theirs succeeded
 *   markdown-toolbar        shown, as it does something now; Ctrl or Cmd and B, I, K press its buttons, S saves
 *   a[data-line]            leads to a line of the words
 *   [data-frame]            a preview: shows the version that #panel[data-shown] names, without a flicker
 *   [data-put="#id"]        puts the text of #id into the words where the cursor is; with data-inline, inside a sentence
 *   #pictures[data-insert]  a picture that just came in: its line is put into the words
 */
"use strict";

const words = document.querySelector("form[data-words]");
const body = words?.elements.body;
const key = words && `words:${words.getAttribute("action")}`;
let waiting = false; // typed, and not known to be saved
let leaving = false;
let sent = "";

const store = {
  get: () => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  },
  set: (text) => {
    try {
      if (text === null) localStorage.removeItem(key);
      else localStorage.setItem(key, text);
    } catch {
      // A browser that keeps nothing: the page still has the words.
    }
  },
};

function say(name) {
  const box = document.getElementById("unsaved-words");
  if (box) box.textContent = name ? box.dataset[name] : "";
}

function typed() {
  waiting = true;
  store.set(body.value);
}

function answered({ status }) {
  if (status >= 200 && status < 300) {
    if (sent === body.value) {
      waiting = false;
      store.set(null);
    }
    say("");
    return;
  }
  say(status === 401 ? "signedOut" : status === 413 || status === 422 ? "tooLarge" : "failed");
}

function toLine(number) {
  const lines = body.value.split("\n");
  const start = lines.slice(0, number - 1).join("\n").length + (number > 1 ? 1 : 0);
  body.focus();
  body.setSelectionRange(start, start + (lines[number - 1] ?? "").length);
  const height = parseFloat(getComputedStyle(body).lineHeight) || 24;
  body.scrollTop = Math.max(0, (number - 4) * height);
}

function put(text, inline = false) {
  const before = body.value.slice(0, body.selectionStart);
  const gap = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const whole = inline ? text : `${gap}${text}\n\n`;
  body.focus();
  body.setRangeText(whole, body.selectionStart, body.selectionEnd, "end");
  body.dispatchEvent(new Event("input", { bubbles: true }));
}

// A second frame is filled behind the first and takes its place, at the same scroll position.
function show(figure, version) {
  if (figure.closest("details:not([open])")) return; // when it is opened
  figure.hidden = false;
  const old = figure.querySelector("iframe:last-of-type");
  const address = `${figure.dataset.frame}${version}${figure.dataset.query ?? ""}`;
  if (!old || old.getAttribute("src") === address) return;
  const next = old.cloneNode();
  next.classList.add("coming");
  next.src = address;
  next.addEventListener("load", () => {
    const at = old.contentWindow?.document?.scrollingElement?.scrollTop ?? 0;
    next.contentWindow?.scrollTo(0, at);
    next.classList.remove("coming");
    figure.querySelectorAll("iframe").forEach((frame) => frame !== next && frame.remove());
  });
  figure.querySelectorAll("iframe.coming").forEach((frame) => frame.remove());
  figure.append(next);
  const link = figure.querySelector("figcaption a");
  if (link) link.href = address;
}

function refresh() {
  const shown = document.getElementById("panel")?.dataset.shown;
  if (shown) document.querySelectorAll("[data-nothing-yet]").forEach((hint) => hint.remove());
  if (shown) document.querySelectorAll("[data-frame]").forEach((figure) => show(figure, shown));
}

function comforts(root) {
  root.querySelectorAll("[data-put]").forEach((button) => (button.hidden = !body));
  const added = document.querySelector("#pictures[data-insert]");
  if (added && body) {
    put(added.dataset.insert);
    delete added.dataset.insert;
  }
}

function begin() {
  document.querySelectorAll("markdown-toolbar").forEach((bar) => (bar.hidden = false));
  document.querySelectorAll("[data-autosaves]").forEach((hint) => (hint.hidden = !window.htmx));
  const kept = store.get();
  if (kept !== null && kept !== body.value) {
    const box = document.getElementById("kept-here");
    box.hidden = false;
    box.querySelector("[data-put-back]").addEventListener("click", () => {
      body.value = kept;
      box.hidden = true;
      body.focus();
      body.dispatchEvent(new Event("input", { bubbles: true }));
    });
    box.querySelector("[data-drop]").addEventListener("click", () => {
      store.set(null);
      box.hidden = true;
      body.focus();
    });
  }
  words.addEventListener("input", typed);
  words.addEventListener("submit", () => (leaving = true));
  words.addEventListener("portal:asking", () => (sent = body.value));
  words.addEventListener("portal:answered", (event) => answered(event.detail));
  document.addEventListener("portal:swapped", (event) => {
    if (event.target.id === "panel" || event.target.closest?.("#panel")) refresh();
    comforts(document);
  });
  addEventListener("beforeunload", (event) => {
    if (waiting && !leaving) event.preventDefault();
  });
  body.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const style = { b: "bold", i: "italic", k: "link" }[event.key.toLowerCase()];
    if (style) document.querySelector(`[data-md-button="${style}"]`)?.click();
    else if (event.key.toLowerCase() === "s") words.requestSubmit(words.querySelector("[data-save]") ?? undefined);
    else return;
    event.preventDefault();
  });
}

document.addEventListener("click", (event) => {
  const line = event.target.closest?.("a[data-line]");
  const button = event.target.closest?.("[data-put]");
  if (line && body) {
    event.preventDefault();
    toLine(Number(line.dataset.line));
  } else if (button && body) {
    put(document.querySelector(button.dataset.put).textContent.trim(), "inline" in button.dataset);
  }
});

// The event of a <details> does not bubble.
document.addEventListener("toggle", (event) => event.target.querySelector("[data-frame]") && refresh(), true);

if (words && body) begin();
comforts(document);

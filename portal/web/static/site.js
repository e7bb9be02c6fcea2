/*
 * Small comforts. Every page works without this file; nothing here decides anything.
 * It is the only file that names events of htmx, which a page loads by `{% set htmx = true %}`.
 *
 *   .errors                     gets the focus when the page opens
 *   <button data-copy="#id">    copies the text of #id and says so (put `hidden` on it: it appears with the script)
 *   <form data-unsaved="#id">   shows #id (`hidden`) once something was changed and not yet saved
 *   <form data-live>            sends each change by itself (htmx): hides [data-without-script], shows [data-with-script], and
 *                               [data-failed] when it could not be sent
 *   <a data-mend="id">          marks that field as one to mend
 *   .table, .article pre/table  can be scrolled with the keyboard where they are wider than the page
 */
"use strict";

function copyButton(button) {
  const source = document.querySelector(button.dataset.copy);
  if (!source || !navigator.clipboard) return;
  const said = document.createElement("span");
  said.setAttribute("role", "status");
  button.after(said);
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText((source.value ?? source.textContent).trim());
      said.textContent = "Copied";
    } catch {
      said.textContent = "Your browser does not allow copying here";
    }
  });
}

// What a person entered; what the page keeps for itself does not count.
function entered(form) {
  const data = new FormData(form);
  form.querySelectorAll("input[type=hidden]").forEach((kept) => data.delete(kept.name));
  return new URLSearchParams(data).toString();
}

// A status is announced when its text changes, not when it merely appears.
function say(hint, shown) {
  hint.dataset.text ??= hint.textContent;
  hint.hidden = !shown;
  hint.textContent = shown ? hint.dataset.text : "";
}

const saved = new WeakMap();

function unsavedHint(form) {
  const hint = document.querySelector(form.dataset.unsaved);
  if (!hint) return;
  const compare = () => say(hint, entered(form) !== saved.get(form));
  saved.set(form, entered(form));
  compare();
  form.addEventListener("input", compare);
  form.addEventListener("reset", () => setTimeout(compare));
  form.addEventListener("htmx:afterRequest", compare);
}

// A form that sends each change by itself needs no button, but has to say when that fails.
function live(form) {
  if (!window.htmx) return;
  document.querySelectorAll("[data-without-script]").forEach((part) => (part.hidden = true));
  document.querySelectorAll("[data-with-script]").forEach((part) => (part.hidden = false));
  const failed = (shown) => document.querySelectorAll("[data-failed]").forEach((part) => say(part, shown));
  failed(false);
  let sent = "";
  form.addEventListener("htmx:beforeRequest", () => {
    sent = entered(form);
    failed(false);
    form.querySelectorAll("[data-mending]").forEach((field) => {
      field.removeAttribute("aria-invalid");
      delete field.dataset.mending;
    });
  });
  form.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) saved.set(form, sent);
  });
  ["htmx:responseError", "htmx:sendError"].forEach((name) => form.addEventListener(name, () => failed(true)));
}

// A link to what is to be mended, in the answer to a change: marks the field that it leads to.
function mend(link) {
  const field = document.getElementById(link.dataset.mend);
  if (!field?.matches("input, select, textarea")) return;
  field.setAttribute("aria-invalid", "true");
  field.dataset.mending = "";
}

const WIDE = ".table, .article pre, .article > table";

function scrollable(box) {
  if (box.scrollWidth <= box.clientWidth || box.hasAttribute("tabindex")) return;
  box.tabIndex = 0;
  if (box.matches(".table")) {
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", "Table, scrolls sideways");
  }
}

function all(root, selector) {
  return [...(root.matches?.(selector) ? [root] : []), ...root.querySelectorAll(selector)];
}

function comfort(root) {
  root.querySelector(".errors")?.focus();
  all(root, "[data-copy]").forEach(copyButton);
  all(root, "form[data-live]").forEach(live);
  all(root, "form[data-unsaved]").forEach(unsavedHint);
  all(root, "[data-mend]").forEach(mend);
  all(root, WIDE).forEach(scrollable);
}

// Pages with a script of their own hear of what is asked and answered by names of ours.
function tell(target, name, detail) {
  target.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
}
document.addEventListener("htmx:beforeRequest", (event) => tell(event.target, "portal:asking"));
document.addEventListener("htmx:afterRequest", (event) => {
  tell(event.target, "portal:answered", { status: event.detail.xhr?.status ?? 0 });
});
document.addEventListener("htmx:afterSettle", (event) => tell(event.target, "portal:swapped"));

comfort(document);
// Turned, or enlarged: what fitted may not any more.
addEventListener("resize", () => document.querySelectorAll(WIDE).forEach(scrollable));
document.addEventListener("htmx:afterSwap", (event) => comfort(event.target));

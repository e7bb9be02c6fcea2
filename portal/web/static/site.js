/*
 * Small comforts. Every page works without this file; nothing here decides anything.
 * It is the only file that names events of htmx, which a page loads by `{% set htmx = true %}`.
 *
 *   .errors                     gets the focus when the page opens
 *   <button data-copy="#id">    copies the text of #id and says so (put `hidden` on it: it appears with the script)
 *   <form data-unsaved="#id">   shows #id (`hidden`) once something was changed and not yet saved
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

function unsavedHint(form) {
  const hint = document.querySelector(form.dataset.unsaved);
  if (!hint) return;
  const text = hint.textContent;
  // A status is announced when its text changes, not when it merely appears.
  const show = (changed) => {
    hint.hidden = !changed;
    hint.textContent = changed ? text : "";
  };
  show(false);
  const saved = new URLSearchParams(new FormData(form)).toString();
  const compare = () => show(new URLSearchParams(new FormData(form)).toString() !== saved);
  form.addEventListener("input", compare);
  form.addEventListener("reset", () => setTimeout(compare));
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

function comfort(root) {
  root.querySelector(".errors")?.focus();
  root.querySelectorAll("[data-copy]").forEach(copyButton);
  root.querySelectorAll("form[data-unsaved]").forEach(unsavedHint);
  root.querySelectorAll(WIDE).forEach(scrollable);
}

comfort(document);
// Turned, or enlarged: what fitted may not any more.
addEventListener("resize", () => document.querySelectorAll(WIDE).forEach(scrollable));
document.addEventListener("htmx:afterSwap", (event) => comfort(event.target));

/* Entering figures. A field is replaced by what the server saved; what was typed meanwhile stays, and is saved next.
   Works on any [data-cell]. ES2019, no inline scripts. */
(function () {
  "use strict";

  function fields(cell) {
    return cell ? Array.prototype.filter.call(cell.querySelectorAll("input, select, textarea"), function (field) {
      return field.id && field.type !== "hidden" && field.type !== "radio" && field.type !== "file";
    }) : [];
  }
  function values(cell) {
    return fields(cell).reduce(function (all, field) { all[field.id] = field.value; return all; }, {});
  }

  var busy = {}; // by the cell's id: how many of its requests are under way
  var waiting = {}; // by the cell's id: the upload that goes out after them
  document.addEventListener("htmx:beforeRequest", function (event) {
    var cell = event.detail.target, id = cell.id, xhr = event.detail.xhr, before = values(cell), isLate = false;
    if (!cell.hasAttribute("data-cell")) { return; }
    busy[id] = (busy[id] || 0) + 1;
    cell.addEventListener("htmx:beforeSwap", function (swap) {
      if (swap.detail.xhr !== xhr) { return; }
      isLate = !cell.isConnected;
      if (isLate) { swap.detail.shouldSwap = false; } else { keep(cell, before); }
    });
    xhr.addEventListener("loadend", function () {
      var upload = waiting[id];
      if (isLate) { show(event.detail.elt, document.getElementById(id), before, xhr.responseText); }
      busy[id] -= 1;
      if (upload && !busy[id]) { delete waiting[id]; upload(); }
    });
  });
  /** An answer whose cell has been replaced meanwhile, by another answer: of a file, in the evidence of the one there now. */
  function show(elt, cell, before, answer) {
    var evidence = cell && elt.type === "file" && cell.querySelector(".evidence");
    if (!cell) { return; }
    if (!evidence) { keep(cell, before); }
    window.htmx.swap(evidence || cell, answer, { swapStyle: "outerHTML" }, evidence ? { select: "#" + evidence.id } : {});
  }

  var kept = null; // of the cell being replaced: what was typed since, where the cursor is, which details are open
  function keep(cell, before) {
    var active = cell.contains(document.activeElement) ? document.activeElement : null;
    kept = { typed: {}, open: [], focus: active && active.id, at: active && active.selectionStart };
    fields(cell).forEach(function (field) {
      if (field.id in before && field.value !== before[field.id]) { kept.typed[field.id] = field.value; }
    });
    cell.querySelectorAll("details[open]").forEach(function (details) { kept.open.push(details.className); });
  }
  document.addEventListener("htmx:afterSwap", function (event) {
    var cell = event.detail.elt, was = kept;
    if (!was || !cell.hasAttribute("data-cell")) { return; }
    kept = null;
    cell.querySelectorAll("details").forEach(function (details) {
      if (was.open.indexOf(details.className) >= 0) { details.open = true; }
    });
    var focus = was.focus && document.getElementById(was.focus);
    if (focus) {
      focus.focus();
      if (focus.setSelectionRange && was.focus in was.typed) { focus.value = was.typed[was.focus]; }
      if (focus.setSelectionRange && was.at !== null) { focus.setSelectionRange(was.at, was.at); }
    }
    Object.keys(was.typed).forEach(function (id) { resend(document.getElementById(id), was.typed[id]); });
  });

  /* What a refused save listed on top goes, line by line, as it is mended. */
  document.addEventListener("htmx:afterSwap", function (event) {
    var cell = event.detail.elt, box = document.getElementById("refused");
    var line = box && cell.hasAttribute("data-cell") && !cell.querySelector("[data-refused]") && box.querySelector('a[href="#' + cell.id + '"]');
    if (line) { line.closest("li").remove(); }
    if (box && !box.querySelector("li")) { box.remove(); }
  });

  /* Another field's save may make this one's value unusual: its note is where the reason belongs. */
  document.addEventListener("htmx:oobAfterSwap", function (event) {
    var told = event.detail.target, cell = told.closest ? told.closest("[data-cell]") : null;
    var note = cell && told.querySelector(".warns") ? cell.querySelector("details.note") : null;
    if (note) { note.open = true; }
  });

  /** Save what was typed while the server was busy: now, or when the field is left. */
  function resend(field, text) {
    if (!field) { return; }
    field.value = text;
    function change() { field.dispatchEvent(new Event("change", { bubbles: true })); }
    if (document.activeElement === field) { field.addEventListener("blur", change, { once: true }); } else { window.setTimeout(change, 30); }
  }

  /* A file takes its time, in choosing (hx-preserve) and on the way. It goes out after a save of its field that is under
     way, and the same file can be chosen again. */
  document.addEventListener("htmx:confirm", function (event) {
    var elt = event.detail.elt, cell = elt.closest("[data-cell]");
    if (elt.type !== "file" || !cell || !busy[cell.id]) { return; }
    event.preventDefault();
    waiting[cell.id] = function () { event.detail.issueRequest(true); };
  });
  document.addEventListener("htmx:beforeRequest", function (event) {
    var elt = event.detail.elt;
    if (elt.type === "file") { event.detail.xhr.addEventListener("loadend", function () { elt.value = ""; }); }
  });

  /* Enter moves on to the next field instead of sending the whole form. */
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || event.isComposing || !event.target.matches("[data-cell] input:not([type=file])")) { return; }
    var all = Array.prototype.slice.call(event.target.form.querySelectorAll("[data-cell] input:not([type=hidden]):not([type=file]), [data-cell] select"));
    var next = all[all.indexOf(event.target) + 1];
    event.preventDefault();
    if (next) { next.focus(); if (next.select) { next.select(); } } else { event.target.blur(); }
  });
})();

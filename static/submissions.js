/* Entering figures. A field is replaced by what the server saved; what was typed meanwhile stays, and is saved next.
   Works on any [data-cell]. ES2019, no inline scripts. */
(function () {
  "use strict";

  function fields(cell) {
    return cell ? Array.prototype.filter.call(cell.querySelectorAll("input, select, textarea"), function (field) {
      return field.id && field.type !== "hidden" && field.type !== "radio";
    }) : [];
  }
  function values(cell) {
    return fields(cell).reduce(function (all, field) { all[field.id] = field.value; return all; }, {});
  }

  var sent = {}; // by the cell's id: what its fields held when the request went out
  document.addEventListener("htmx:beforeRequest", function (event) {
    var cell = event.detail.target;
    if (cell.hasAttribute("data-cell")) { sent[cell.id] = values(cell); }
  });

  var later = {}; // by the field's id: what has been typed since
  document.addEventListener("htmx:beforeSwap", function (event) {
    var cell = event.detail.target, before = sent[cell.id];
    if (!before || !cell.hasAttribute("data-cell")) { return; }
    delete sent[cell.id];
    fields(cell).forEach(function (field) {
      if (field.id in before && field.value !== before[field.id]) { later[field.id] = field.value; }
    });
  });
  document.addEventListener("htmx:afterSettle", function () {
    Object.keys(later).forEach(function (id) {
      var field = document.getElementById(id), text = later[id];
      delete later[id];
      if (!field || field.value === text) { return; }
      field.value = text;
      if (document.activeElement !== field) { field.dispatchEvent(new Event("change", { bubbles: true })); return; }
      field.addEventListener("blur", function () {
        field.dispatchEvent(new Event("change", { bubbles: true }));
      }, { once: true });
    });
  });

  /* Enter moves on to the next field instead of sending the whole form. */
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || event.isComposing || !event.target.matches("[data-cell] input")) { return; }
    var all = Array.prototype.slice.call(event.target.form.querySelectorAll("[data-cell] input:not([type=hidden]), [data-cell] select"));
    var next = all[all.indexOf(event.target) + 1];
    event.preventDefault();
    if (next) { next.focus(); if (next.select) { next.select(); } } else { event.target.blur(); }
  });
})();

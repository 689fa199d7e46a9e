/* Reviewing by keyboard: [data-row] are the rows, [data-spot] in each is what takes the focus, [data-key="a"] is what
   that key presses. Keys do nothing while one types, and nothing with Ctrl, Alt or Meta. ES2019, no inline scripts. */
(function () {
  "use strict";
  var help = document.querySelector("[data-keys-help]");
  if (!help) { return; }
  help.hidden = false;
  document.documentElement.classList.add("with-keys");

  function rowOf(element) { return element.closest("[data-row]"); }
  function focus(row) {
    var spot = row && row.querySelector("[data-spot]");
    if (spot) { spot.focus(); row.scrollIntoView({ block: "nearest" }); }
  }
  function move(step) {
    var rows = Array.prototype.slice.call(document.querySelectorAll("[data-row]"));
    var at = rows.indexOf(rowOf(document.activeElement));
    focus(rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step]);
  }
  function giveReason() {
    var row = rowOf(document.activeElement), details = row && row.querySelector("[data-reason]");
    if (!details) { return; }
    details.open = true;
    details.querySelector("input").focus();
  }
  function press(key) {
    var button = document.querySelector('[data-key="' + key + '"]');
    if (button) { button.click(); }
  }
  function isTaken(box) {
    var reason = rowOf(box) && rowOf(box).querySelector("[data-reason] input");
    return box.checked && !(reason && reason.value.trim());
  }
  /* A single key must not approve by mistake: it asks, as the form itself does where it acts on whole schools. */
  function approve() {
    var button = document.querySelector('[data-key="a"]');
    if (!button) { return; }
    var taken = Array.prototype.filter.call(button.form.querySelectorAll('[name="pick"]'), isTaken).length;
    if (button.form.dataset.confirm || window.confirm("通过勾选的 " + taken + " 项？")) { button.click(); }
  }
  /* A link of the row in focus, for a box that Enter would otherwise send the form from. */
  function open(event) {
    var row = rowOf(event.target), link = row && row.querySelector("a.row");
    if (!event.target.matches('[type="checkbox"]')) { return; }
    event.preventDefault();
    if (link) { link.click(); }
  }

  var KEYS = {
    j: function () { move(1); },
    k: function () { move(-1); },
    r: giveReason,
    a: approve,
    n: function () { press("n"); },
    "?": function () { help.open = !help.open; if (help.open) { help.scrollIntoView({ block: "nearest" }); } },
  };
  var IN_ROWS = { ArrowDown: KEYS.j, ArrowUp: KEYS.k };

  document.addEventListener("keydown", function (event) {
    var target = event.target, key = event.key.toLowerCase();
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) { return; }
    if (target.matches('textarea, select, input:not([type="checkbox"]):not([type="radio"])')) {
      var isReason = rowOf(target) && target.closest("[data-reason]");
      if (isReason && (event.key === "Escape" || event.key === "Enter")) { event.preventDefault(); focus(rowOf(target)); }
      return;
    }
    if (event.key === "Enter") { open(event); return; }
    var act = KEYS[key] || (rowOf(target) && IN_ROWS[event.key]);
    if (act) { event.preventDefault(); act(); }
  });
})();

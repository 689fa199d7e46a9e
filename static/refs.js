/* textarea[data-refs]: references to figures, {CODE.value}, stand in the text as what they say now and cannot be mistyped.
   The textarea stays the field that is saved, and is what stands there without JavaScript. ES2019, no inline scripts. */
(function () {
  "use strict";

  var REFERENCE = /^\{([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+)\}$/;
  var told = document.getElementById("figures-now");
  var figures = told ? JSON.parse(told.textContent) : {};

  var names = {}; // what each figure is: the target and what of it
  document.querySelectorAll("#figures option").forEach(function (option) {
    var match = /^([^]*)｛(.+)｝$/.exec(option.value); // a reason may have lines
    names[match[2]] = match[1].trim();
  });

  function chip(key) {
    var span = document.createElement("span");
    span.className = key in figures ? "ref" : "ref is-lost";
    span.contentEditable = "false";
    span.dataset.key = key;
    span.title = names[key] || key;
    span.textContent = key in figures ? figures[key] : key;
    return span;
  }

  /** The text in parts: words and line ends as strings, figures as chips. */
  function parts(text) {
    return text.replace(/\r\n?/g, "\n").split(/(\{[^{}\n]*\}|\n)/).filter(Boolean).map(function (part) {
      var match = REFERENCE.exec(part);
      return match ? chip(match[1]) : part;
    });
  }

  /** What stands in the editor, as the field keeps it. */
  function read(node) {
    if (node.nodeType === Node.TEXT_NODE) { return node.data; }
    if (node.dataset && node.dataset.key) { return "{" + node.dataset.key + "}"; }
    if (node.nodeName === "BR") { return "\n"; }
    return Array.prototype.map.call(node.childNodes, function (child, n) {
      return (n && child.nodeName === "DIV" ? "\n" : "") + read(child);
    }).join("");
  }

  /** Where the cursor was last in an editor, for what is put in from outside of it. */
  var ranges = new WeakMap();
  document.addEventListener("selectionchange", function () {
    var selection = window.getSelection(), node = selection.rangeCount ? selection.anchorNode : null;
    var editor = node && (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement).closest(".editor");
    if (editor) { ranges.set(editor, selection.getRangeAt(0).cloneRange()); }
  });
  function back(editor) {
    var range = ranges.get(editor), selection = window.getSelection();
    if (!range || !editor.contains(range.startContainer)) {
      range = document.createRange();
      range.selectNodeContents(editor);
      range.collapse(false);
    }
    editor.focus();
    selection.removeAllRanges();
    selection.addRange(range);
  }
  /** As if it were typed at the cursor: it can be undone. */
  function put(text) {
    parts(text).forEach(function (part) {
      if (part === "\n") { document.execCommand("insertLineBreak"); }
      else if (typeof part === "string") { document.execCommand("insertText", false, part); }
      else { document.execCommand("insertHTML", false, part.outerHTML); after(); }
    });
  }
  /** The cursor out of the chip that has just been put in, which takes no letters. */
  function after() {
    var selection = window.getSelection(), node = selection.anchorNode;
    var inside = (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement).closest(".ref");
    if (!inside) { return; }
    var range = document.createRange();
    range.setStartAfter(inside);
    selection.removeAllRanges();
    selection.addRange(range);
  }

  function edit(field) {
    if (field.dataset.live) { return; }
    field.dataset.live = "1";
    var editor = document.createElement("div"), before = field.value;
    editor.className = "editor";
    editor.contentEditable = "true";
    editor.id = "e-" + field.id.slice(2);
    editor.setAttribute("role", "textbox");
    editor.setAttribute("aria-multiline", "true");
    editor.setAttribute("aria-labelledby", "l-" + field.id.slice(2));
    ["aria-describedby", "aria-invalid"].forEach(function (name) {
      if (field.hasAttribute(name)) { editor.setAttribute(name, field.getAttribute(name)); }
    });

    function fill() {
      editor.textContent = "";
      parts(field.value).forEach(function (part) { editor.append(part); });
    }
    function said() { return read(editor).replace(/\u00a0/g, " ").replace(/\n$/, ""); } // the last line end holds the cursor
    function leave() {
      if (field.value === before) { return; }
      before = field.value;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }

    editor.addEventListener("input", function (event) {
      event.stopPropagation();
      field.value = said();
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    field.addEventListener("input", function () { if (field.value !== said()) { fill(); } }); // put back from this browser's drawer
    editor.addEventListener("focusout", function (event) {
      var next = event.relatedTarget;
      if (!next || next.dataset.insert !== field.id) { leave(); }
    });
    editor.addEventListener("keydown", function (event) {
      if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); document.execCommand("insertLineBreak"); }
    });
    editor.addEventListener("beforeinput", function (event) { if (/^format/.test(event.inputType)) { event.preventDefault(); } });
    editor.addEventListener("drop", function (event) { event.preventDefault(); });
    editor.addEventListener("paste", function (event) { /* words alone */
      event.preventDefault();
      put(event.clipboardData.getData("text/plain"));
    });
    ["copy", "cut"].forEach(function (name) { /* figures with their references */
      editor.addEventListener(name, function (event) {
        event.preventDefault();
        event.clipboardData.setData("text/plain", read(window.getSelection().getRangeAt(0).cloneContents()));
        if (name === "cut") { document.execCommand("delete"); }
      });
    });

    fill();
    field.hidden = true;
    field.insertAdjacentElement("afterend", editor);
    var picker = document.querySelector('[data-insert="' + field.id + '"]');
    if (!picker) { return; }
    picker.addEventListener("input", function () {
      var match = /｛(.+)｝$/.exec(picker.value);
      if (!match || !(match[1] in figures)) { return; }
      picker.value = "";
      back(editor);
      put("{" + match[1] + "}");
    });
    picker.addEventListener("blur", function (event) { if (event.relatedTarget !== editor) { leave(); } });
  }

  function all() { document.querySelectorAll("textarea[data-refs]").forEach(edit); }
  all();
  document.addEventListener("htmx:afterSwap", all);
})();

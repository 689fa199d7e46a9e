/* textarea[data-refs]: references to figures, {CODE.value}, stand in the text as what they say now and cannot be mistyped.
   The textarea stays the field that is saved, and is what stands there without JavaScript. ES2019, no inline scripts. */
(function () {
  "use strict";

  var REFERENCE = /\{([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+)\}/;
  var told = document.getElementById("figures-now");
  var figures = told ? JSON.parse(told.textContent) : {};

  function chip(key) {
    var span = document.createElement("span");
    span.className = key in figures ? "ref" : "ref is-lost";
    span.contentEditable = "false";
    span.dataset.key = key;
    span.title = key;
    span.textContent = key in figures ? figures[key] : key;
    return span;
  }

  /** The text's parts as nodes: words, and figures. A line is a line: the editor wraps and keeps line ends. */
  function nodes(text) {
    return text.split(/(\{[^{}\n]*\})/).map(function (part) {
      var match = REFERENCE.exec(part);
      return match && match[0] === part ? chip(match[1]) : document.createTextNode(part);
    });
  }

  /** What the editor says, as the field keeps it. */
  function read(node) {
    if (node.nodeType === Node.TEXT_NODE) { return node.data; }
    if (node.dataset && node.dataset.key) { return "{" + node.dataset.key + "}"; }
    if (node.nodeName === "BR") { return "\n"; }
    return Array.prototype.map.call(node.childNodes, function (child, n) {
      return (n && child.nodeName === "DIV" ? "\n" : "") + read(child);
    }).join("");
  }

  function edit(field) {
    if (field.dataset.live) { return; }
    field.dataset.live = "1";
    var editor = document.createElement("div");
    editor.className = "editor";
    editor.contentEditable = "true";
    editor.setAttribute("role", "textbox");
    editor.setAttribute("aria-multiline", "true");
    ["aria-describedby", "aria-invalid"].forEach(function (name) {
      if (field.hasAttribute(name)) { editor.setAttribute(name, field.getAttribute(name)); }
    });
    editor.setAttribute("aria-labelledby", "l-" + field.id.slice(2));
    editor.id = "e-" + field.id.slice(2);
    nodes(field.value).forEach(function (node) { editor.appendChild(node); });
    var before = field.value, last = null;

    function sync() {
      field.value = read(editor).replace(/\u00a0/g, " ").replace(/\n$/, "");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    function leave() {
      if (field.value === before) { return; }
      before = field.value;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
    function remember() {
      var selection = window.getSelection();
      if (selection.rangeCount && editor.contains(selection.anchorNode)) { last = selection.getRangeAt(0).cloneRange(); }
    }
    function put(node) {
      var range = last || document.createRange();
      if (!last) { range.selectNodeContents(editor); range.collapse(false); }
      range.deleteContents();
      range.insertNode(node);
      range.setStartAfter(node);
      range.collapse(true);
      last = range;
      editor.focus();
      var selection = window.getSelection();
      selection.removeAllRanges();
      selection.addRange(range);
      sync();
    }

    editor.addEventListener("input", sync);
    editor.addEventListener("blur", function () { remember(); });
    editor.addEventListener("keyup", remember);
    editor.addEventListener("mouseup", remember);
    editor.addEventListener("focusout", function (event) {
      var next = event.relatedTarget;
      if (!next || next.dataset.insert !== field.id) { leave(); }
    });
    editor.addEventListener("keydown", function (event) {
      if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); remember(); put(document.createTextNode("\n")); }
    });
    editor.addEventListener("paste", function (event) { /* words alone */
      event.preventDefault();
      remember();
      var box = document.createDocumentFragment(), end = document.createTextNode("");
      nodes(event.clipboardData.getData("text/plain")).forEach(function (node) { box.appendChild(node); });
      box.appendChild(end);
      put(box.lastChild === end && box.childNodes.length === 1 ? end : wrap(box));
    });
    function wrap(box) {
      var span = document.createElement("span");
      span.appendChild(box);
      return span;
    }
    editor.addEventListener("copy", function (event) { /* figures with their references */
      event.preventDefault();
      event.clipboardData.setData("text/plain", read(window.getSelection().getRangeAt(0).cloneContents()));
    });

    field.hidden = true;
    field.insertAdjacentElement("afterend", editor);
    var picker = document.querySelector('[data-insert="' + field.id + '"]');
    if (picker) {
      picker.addEventListener("input", function () {
        var match = /｛(.+)｝$/.exec(picker.value);
        if (!match || !(match[1] in figures)) { return; }
        picker.value = "";
        put(chip(match[1]));
      });
      picker.addEventListener("blur", function (event) { if (event.relatedTarget !== editor) { leave(); } });
    }
  }

  function all(root) { root.querySelectorAll("textarea[data-refs]").forEach(edit); }
  all(document);
  document.addEventListener("htmx:afterSwap", function () { all(document); });
})();

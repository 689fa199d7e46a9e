/* Small manners of every page; each page works without them. ES2019, no inline scripts. */
(function () {
  "use strict";

  document.documentElement.classList.add("js"); /* .needs-js shows */

  /** Say something at the head of the page; `kind` is success, info, warning or error. */
  function notify(kind, text) {
    var box = document.getElementById("notices");
    if (!box) { return; }
    var old = box.querySelector("[data-said]");
    if (old) { old.remove(); }
    var notice = document.createElement("div");
    notice.className = "notice " + kind;
    notice.setAttribute("data-said", "");
    var inner = document.createElement("div");
    var said = document.createElement("p");
    said.textContent = text;
    inner.appendChild(said);
    notice.appendChild(inner);
    box.appendChild(notice);
  }

  function unsay() {
    var old = document.querySelector("#notices [data-said]");
    if (old) { old.remove(); }
  }

  /* form[data-once]: a second click does nothing. form[data-confirm]: asks first. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    var asker = event.submitter && event.submitter.dataset.confirm ? event.submitter : form;
    if (asker.dataset.confirm && !window.confirm(asker.dataset.confirm)) {
      event.preventDefault();
      return;
    }
    if (form.hasAttribute("data-once")) {
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = "1";
      form.querySelectorAll("button").forEach(function (button) { button.classList.add("busy"); });
    }
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
      form.querySelectorAll("button.busy").forEach(function (button) { button.classList.remove("busy"); });
    });
  });

  /* [data-autosubmit]: a filter sends its form when changed (its button serves those without JavaScript). */
  document.addEventListener("change", function (event) {
    var field = event.target;
    if (field.matches("[data-autosubmit]") && field.form) { field.form.requestSubmit ? field.form.requestSubmit() : field.form.submit(); }
    /* [data-check-all="name"]: ticks every box of that name in its form. */
    if (field.dataset.checkAll) {
      field.form.querySelectorAll('input[type="checkbox"][name="' + field.dataset.checkAll + '"]').forEach(function (box) {
        box.checked = field.checked;
      });
    }
  });

  /* input[data-limit]: a file that is too large is told before it has been sent over a slow line. */
  document.addEventListener("change", function (event) {
    var field = event.target, file = field.files && field.files[0];
    if (!file || !field.dataset.limit || file.size <= Number(field.dataset.limit)) { return; }
    event.stopImmediatePropagation();
    field.value = "";
    notify("error", "“" + file.name + "”超过 " + field.dataset.limit / 1048576 + " MB，没有上传。照片可以先压缩，扫描件可以降低清晰度。");
  }, true);

  /* [data-copy="#id"]: copies that element's text. [data-print]: prints. */
  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-copy], [data-print]");
    if (!button) { return; }
    if (button.hasAttribute("data-print")) { window.print(); return; }
    var source = document.querySelector(button.dataset.copy);
    copy(source.value || source.innerText).then(function () {
      notify("success", "已复制，可以粘贴到群里。");
    }, function () {
      notify("warning", "浏览器不让复制，请选中文字后按 Ctrl+C。");
    });
  });

  function copy(text) {
    if (navigator.clipboard && window.isSecureContext) { return navigator.clipboard.writeText(text); }
    var area = document.createElement("textarea");
    area.value = text;
    document.body.appendChild(area);
    area.select();
    var done = document.execCommand("copy");
    area.remove();
    return done ? Promise.resolve() : Promise.reject(new Error("copy"));
  }

  /* An open menu closes on Escape and on a click elsewhere. */
  document.addEventListener("click", function (event) {
    document.querySelectorAll("details.who[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) { menu.open = false; }
    });
  });
  document.addEventListener("keydown", function (event) {
    var menu = event.key === "Escape" && document.querySelector("details.who[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });

  /* Print opens every definition, and closes those that were closed. */
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("main details[data-print-open]:not([open])").forEach(function (details) {
      details.dataset.wasClosed = "1";
      details.open = true;
    });
  });
  window.addEventListener("afterprint", function () {
    document.querySelectorAll("details[data-was-closed]").forEach(function (details) {
      delete details.dataset.wasClosed;
      details.open = false;
    });
  });

  /* A broken line or an expired session loses nothing. What is typed into form[data-keep] (its value names the person and
     the form) stays in this browser, in a drawer, until the server has it: a field whose save failed is marked, sent again
     when the line is back, and offered when the person opens the form again. Another person's drawer is never opened. */
  function drawer(form) { return "keep:" + form.dataset.keep; }
  function read(form) {
    try { return JSON.parse(localStorage.getItem(drawer(form))) || {}; } catch (error) { return {}; }
  }
  function write(form, kept) {
    try {
      if (Object.keys(kept).length) { localStorage.setItem(drawer(form), JSON.stringify(kept)); }
      else { localStorage.removeItem(drawer(form)); }
    } catch (error) { /* private window: nothing is kept */ }
  }
  /** Whether two texts are the same value: full-width signs, spaces, commas and needless zeros apart. */
  function same(one, other) {
    function plain(text) { return String(text).normalize("NFKC").replace(/[\s,]/g, ""); }
    one = plain(one); other = plain(other);
    return one === other || (one !== "" && other !== "" && Number(one) === Number(other));
  }
  document.addEventListener("input", function (event) {
    var field = event.target;
    if (!field.name || field.type === "hidden" || !field.form || !field.form.dataset.keep) { return; }
    var kept = read(field.form);
    kept[field.name] = field.value;
    write(field.form, kept);
  });

  /* A button that gives up what was typed into a field: data-drop names it. */
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-drop]");
    if (!button || !button.form || !button.form.dataset.keep) { return; }
    var kept = read(button.form);
    delete kept[button.dataset.drop];
    write(button.form, kept);
  });

  var unsent = {}; // fields whose save did not reach the server, by name
  var formOf = new WeakMap(); // a field that its own answer has replaced stands in no form any more
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (event.detail.elt.form) { formOf.set(event.detail.elt, event.detail.elt.form); }
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    if (!event.detail.successful) { return; }
    settle(event.detail);
    var waiting = Object.keys(unsent);
    if (waiting.length) { waiting.forEach(send); } else { unsay(); }
  });

  /** The server has seen what was sent: out of the drawer with it, unless it was refused or typed anew meanwhile. */
  function settle(detail) {
    var field = detail.requestConfig.elt; // detail.elt is what stands in its place by now
    var form = field.form || formOf.get(field), sent = detail.requestConfig.formData;
    if (!form || !form.dataset.keep) { return; }
    var kept = read(form), place = detail.target && document.getElementById(detail.target.id);
    var refused = place && place.querySelector("[data-refused]");
    Object.keys(kept).forEach(function (name) {
      if (!refused && sent.get(name) === kept[name]) { delete kept[name]; }
    });
    Object.keys(unsent).forEach(function (name) { if (sent.has(name)) { delete unsent[name]; } });
    write(form, kept);
  }
  function send(name) {
    var form = formOf.get(unsent[name]), field = unsent[name].isConnected ? unsent[name] : form && fieldOf(form, name);
    var event = field && field.tagName === "BUTTON" ? "click" : "change";
    if (field && field.tagName) { field.dispatchEvent(new Event(event, { bubbles: true, cancelable: true })); }
    else { delete unsent[name]; }
  }
  window.addEventListener("online", function () { Object.keys(unsent).forEach(send); });

  /** Say what went wrong: ``told.cause``; and how a kept field comes to be saved (``kept``), or what else to do. */
  function failed(detail, told) {
    var elt = detail.requestConfig.elt, form = elt.closest("form[data-keep]");
    var isField = form && elt.name && detail.requestConfig.verb !== "get";
    if (isField) {
      unsent[elt.name] = elt;
      var cell = elt.closest("[data-cell]");
      if (cell) { cell.classList.add("is-unsent"); }
    } else if (Object.keys(unsent).length) {
      return; // a preview on the same line: that a field is not saved has been said
    }
    notify("error", told.cause + "，" + (isField ? "没有保存成功。您填的内容留在本机，" + told.kept : told.otherwise) + "。");
    if (told.address) { act(told.address, told.label); }
  }
  /** A link after what was said. */
  function act(address, label) {
    var link = document.createElement("a");
    link.className = "btn quiet";
    link.href = address;
    link.textContent = label;
    document.querySelector("#notices [data-said] > div").appendChild(link);
  }
  /** The address of the page, also where a refused handing in is shown under an address of its own. */
  function here(elt) {
    var form = elt.closest("form");
    return (form && form.getAttribute("action")) || location.pathname + location.search;
  }

  ["htmx:sendError", "htmx:timeout"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      failed(event.detail, { cause: "网络断开或超时", kept: "网络恢复后会自动再存", otherwise: "请稍后再试" });
    });
  });
  document.addEventListener("htmx:responseError", function (event) {
    var status = event.detail.xhr.status, page = here(event.detail.requestConfig.elt);
    if (status === 401) {
      failed(event.detail, { cause: "登录已过期", kept: "重新登录后可以填回", otherwise: "请重新登录",
        address: "/login/?next=" + encodeURIComponent(page), label: "重新登录" });
    } else if (status === 403) {
      failed(event.detail, { cause: "页面已过期（可能在别的窗口重新登录过），或者没有权限", kept: "刷新后可以填回",
        otherwise: "请刷新后再试", address: page, label: "刷新本页" });
    } else if (status === 429) {
      failed(event.detail, { cause: "操作太频繁", kept: "请稍等一分钟再试", otherwise: "请稍等一分钟再试" });
    } else {
      failed(event.detail, { cause: "系统出错（" + status + "）", kept: "请稍后再试", otherwise: "请稍后再试" });
    }
  });

  /** The field of a name (a button that offers a value for it has the same); of radio buttons, all. */
  function fieldOf(form, name) {
    var found = form.querySelectorAll('[name="' + name + '"]:not(button)');
    return found.length > 1 ? found : found[0];
  }
  /** What the drawer holds and the server does not: ``open`` may be filled in again, ``lost`` may not any more. */
  function sort(form) {
    var kept = read(form), open = [], lost = [];
    Object.keys(kept).forEach(function (name) {
      var field = fieldOf(form, name);
      if (field && (!field.tagName || field.getAttribute("aria-invalid") === "true")) { return; } // the page shows it
      var stored = form.querySelector('[data-field="' + name + '"]');
      if (same(field ? field.value : stored ? stored.dataset.stored : "", kept[name])) { delete kept[name]; }
      else { (field && !field.disabled && !field.readOnly ? open : lost).push(name); }
    });
    write(form, kept);
    return { kept: kept, open: open, lost: lost };
  }
  function nameOf(form, name) {
    var stored = form.querySelector('[data-field="' + name + '"]'), cell = stored && stored.closest("[data-cell]");
    var label = cell && cell.querySelector("label, .label");
    return label ? label.textContent : name;
  }
  function offer(form) {
    var found = sort(form), parts = [];
    if (found.open.length) { parts.push("上次有 " + found.open.length + " 处填写没有保存成功，本机还留着。"); }
    if (found.lost.length) {
      parts.push("上次填的 " + found.lost.map(function (name) {
        return nameOf(form, name) + "“" + found.kept[name] + "”";
      }).join("、") + " 没有保存成功，现在已不能填。");
    }
    if (!parts.length) { return; }
    notify("warning", parts.join(""));
    if (found.open.length) { button("填回这些内容", function () { unsay(); found.open.forEach(refill); }); }
    button("不要了", function () {
      unsay();
      var kept = read(form);
      found.open.concat(found.lost).forEach(function (name) { delete kept[name]; });
      write(form, kept);
    });

    function refill(name) {
      var field = fieldOf(form, name), folded = field.closest("details");
      if (folded) { folded.open = true; }
      field.value = found.kept[name];
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
  function button(label, action) {
    var made = document.createElement("button");
    made.type = "button";
    made.className = "btn quiet";
    made.textContent = label;
    made.addEventListener("click", action);
    document.querySelector("#notices [data-said] > div").appendChild(made);
  }
  document.addEventListener("DOMContentLoaded", function () {
    var kept = document.querySelectorAll("form[data-keep]"), home = kept[0] && kept[0].getAttribute("action");
    /* A refused handing in is shown under an address of its own: going back, or reloading, leads to the form. */
    if (home && home !== location.pathname) { history.replaceState(null, "", home); }
    kept.forEach(offer);
  });
})();

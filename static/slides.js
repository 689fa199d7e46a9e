/* Slides by keyboard: arrows, Page Up and Down, the space bar; Home, End; Escape leaves. Each works as a link without. */
(function () {
  "use strict";

  var slides = Array.prototype.slice.call(document.querySelectorAll(".slide"));
  var leave = document.querySelector("[data-leave]");

  /** The place of the slide that fills most of the screen. */
  function here() {
    var middle = window.innerHeight / 2;
    return Math.max(0, slides.findIndex(function (slide) { return slide.getBoundingClientRect().bottom > middle; }));
  }

  function show(place) {
    var slide = slides[Math.min(Math.max(place, 0), slides.length - 1)];
    history.replaceState(null, "", "#" + slide.id);
    slide.scrollIntoView();
  }

  var turns = {
    ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1,
    Home: -slides.length, End: slides.length
  };

  document.addEventListener("keydown", function (event) {
    if (event.altKey || event.ctrlKey || event.metaKey) { return; }
    if (event.key === "Escape") { window.location.assign(leave.href); return; }
    var turn = event.shiftKey && event.key === " " ? -1 : turns[event.key];
    if (!turn) { return; }
    event.preventDefault();
    show(here() + turn);
  });
})();

"use strict";

// The filtered artworks, one page at a time, as pictures to choose from.
artcat.list = (() => {
  const SHOWN = 50;
  const { element, given, picture, percent } = artcat.work;
  const place = document.getElementById("list");
  const buttons = { before: document.getElementById("page-before"), after: document.getElementById("page-after") };
  let works = [];
  let page = 0;
  let chosen = null;
  let choose = () => {};

  function state(work) {
    const own = artcat.decisions.of(work.id);
    if (own) return { accept: "accepted", correct: `corrected: ${own.style}`, reject: "rejected" }[own.decision];
    if (artcat.decisions.skipped(work.id)) return "skipped";
    return { decided: "already decided", waiting: "waits for review", flagged: "flagged", unknown: "style unknown" }[work.need] ?? "";
  }

  function item(work) {
    const said = work.proposal ? `${work.proposal}${work.confidence === null ? "" : ` ${percent(work.confidence)}`}` : "no style";
    const button = element("button", { type: "button" }, picture(work.picture, "", true),
      element("span", { className: "title" }, given(work.title, "Untitled")),
      element("span", { className: "said" }, said), element("span", { className: "state" }, state(work)));
    if (work.id === chosen) button.setAttribute("aria-current", "true");
    button.addEventListener("click", () => choose(work));
    return element("li", {}, button);
  }

  function draw() {
    const last = Math.max(0, Math.ceil(works.length / SHOWN) - 1);
    page = Math.min(page, last);
    place.start = page * SHOWN + 1;
    place.replaceChildren(...works.slice(page * SHOWN, (page + 1) * SHOWN).map(item));
    document.getElementById("page").textContent = works.length ? `page ${page + 1} of ${last + 1}` : "no artworks";
    buttons.before.disabled = page === 0;
    buttons.after.disabled = page === last;
  }

  function turn(by) {
    page += by;
    draw();
    place.querySelector("button")?.focus();
  }
  buttons.before.addEventListener("click", () => turn(-1));
  buttons.after.addEventListener("click", () => turn(1));

  // Shows the page that contains the chosen artwork, or stays where it is.
  function show(found, work) {
    works = found;
    chosen = work?.id ?? null;
    const at = works.findIndex((each) => each.id === chosen);
    if (at >= 0) page = Math.floor(at / SHOWN);
    draw();
  }

  return { show, onChoose(does) { choose = does; } };
})();

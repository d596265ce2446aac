"use strict";

// The filters, and the artworks that match them.
artcat.filters = (() => {
  const form = document.getElementById("filters");
  const asked = (name) => document.getElementById(name).value;
  const NEEDS = new Set(["waiting", "flagged", "unknown"]);

  const states = {
    all: () => true,
    todo: (work) => !artcat.decisions.of(work.id) && !artcat.decisions.skipped(work.id)
      && work.need !== "decided",
    need: (work) => states.todo(work) && NEEDS.has(work.need),
    skipped: (work) => artcat.decisions.skipped(work.id),
    decided: (work) => Boolean(artcat.decisions.of(work.id)),
  };

  function addOptions(name, values) {
    const list = document.getElementById(name);
    for (const value of values) list.append(new Option(value, value));
  }

  function fill() {
    const { works, built } = artcat.data;
    const styles = new Set(works.map((work) => work.proposal));
    addOptions("style", built.styles.filter((style) => styles.has(style)));
    addOptions("flag", [...new Set(works.flatMap((work) => work.flags))].sort());
  }

  // The artworks that match, in the order of the page.
  function matching() {
    const [state, style, flag] = ["state", "style", "flag"].map(asked);
    const text = asked("text").trim().toLowerCase();
    const [low, high] = asked("confidence") ? asked("confidence").split(" ").map(Number) : [];
    return artcat.data.works.filter((work) => states[state](work)
      && (!style || work.proposal === style)
      && (!flag || (flag === "*" ? work.flags.length > 0 : work.flags.includes(flag)))
      && (low === undefined || (work.confidence !== null && work.confidence >= low && work.confidence < high))
      && (!text || work.words.includes(text)));
  }

  return {
    fill, matching, needs: (work) => NEEDS.has(work.need),
    onChange(does) {
      form.addEventListener("input", does);
      form.addEventListener("reset", () => setTimeout(does));
      form.addEventListener("submit", (event) => event.preventDefault());
    },
  };
})();

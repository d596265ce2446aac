"use strict";

// One artwork as a curator sees it. Words of the catalog only ever become text.
artcat.work = (() => {
  const FLAGS = {
    "disagrees-with-catalog": "The predicted style differs from the catalog’s.",
    "reviewers-disagree": "Reviewers decided differently.",
    "style-after-work": "The predicted style began only after the artwork was made.",
    "style-before-work": "The predicted style was over before the artwork was made.",
    "style-after-artist-life": "The predicted style began only after the artist’s life.",
    "style-before-artist-life": "The predicted style was over before the artist’s life.",
  };
  const SOURCES = {
    catalog: "catalog", predicted: "predicted", reviewed: "reviewed by a person", unknown: "unknown",
  };
  const DECISIONS = {
    accepted: "accepted (confident)", review: "waits for review", abstained: "abstained (too uncertain)",
  };
  const percent = (value) => `${(100 * value).toFixed(0)} %`;

  function element(name, properties = {}, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
  }

  // Words of the catalog, in their own direction.
  const given = (text, fallback) => (text ? element("bdi", {}, text) : fallback);

  function picture(digest, description, lazy) {
    if (!digest) return element("p", { className: "no-picture" }, "no picture");
    const image = element("img", { alt: description, loading: lazy ? "lazy" : "eager", decoding: "async" });
    image.src = artcat.data.picture(digest);
    return image;
  }

  function proposal(work) {
    const parts = [element("h3", { id: "proposal" }, "Proposed style")];
    if (work.outside) {
      parts.push(element("p", {}, "Outside the vocabulary, so no style is proposed. ", given(work.outside)));
    } else if (!work.proposal) {
      parts.push(element("p", {}, "No style is known yet: choose one with “Correct”."));
    } else if (work.confidence === null) {
      parts.push(element("p", { className: "proposal" }, element("strong", {}, work.proposal), ", by the catalog; there is no prediction"));
    } else {
      parts.push(element("p", { className: "proposal" }, element("strong", {}, work.proposal),
        ` ${percent(work.confidence)}, ${DECISIONS[work.decision] ?? work.decision}`));
    }
    if (work.guesses.length > 1) {
      parts.push(element("ul", { className: "guesses" }, ...work.guesses.map(([style, confidence]) => element("li", {},
        element("span", {}, style), " ", element("meter", { value: confidence, min: 0, max: 1, ariaHidden: "true" }), ` ${percent(confidence)}`))));
    }
    const counts = work.style ? `${work.style} (${SOURCES[work.style_source]})` : "none yet";
    parts.push(element("p", {}, "Effective style: ", counts));
    return element("section", { className: "proposed" }, ...parts);
  }

  // Evidence behind the prediction: a bar for each kind, and which facts mattered most.
  function evidence(work) {
    if (!work.evidence.length) return null;
    const list = element("ul", { className: "guesses evidence" }, ...work.evidence.map((each) => element("li", {},
      element("span", { className: "kind" }, each.evidence), " ", element("span", {}, each.style), " ",
      element("meter", { value: each.probability, min: 0, max: 1, ariaHidden: "true" }),
      ` ${percent(each.probability)}, weight ${percent(each.weight)}`,
      each.basis ? element("small", {}, given(each.basis), each.evidence === "other works" ? " labelled artworks of this artist" : null) : null)));
    const mattered = work.influence.map(([fact, change]) => `${fact} ${change > 0 ? "+" : "−"}${Math.abs(100 * change).toFixed(0)}`);
    return element("section", {}, element("h3", {}, "Evidence"), list,
      mattered.length ? element("p", { className: "influence" },
        `Facts that mattered most, in points of probability for ${work.evidence.find((each) => each.evidence === "facts").style}: ${mattered.join(", ")}.`) : null);
  }

  function flags(work) {
    if (!work.flags.length) return null;
    return element("section", { className: "flags" }, element("h3", {}, "Flags"),
      element("ul", {}, ...work.flags.map((flag) => element("li", {}, FLAGS[flag] ?? flag))));
  }

  function sentence(work) {
    const parts = work.sentence.map(([text, slot, source]) => (slot
      ? element("span", { className: `slot ${source.split(" ")[0]}` }, given(text), element("small", {}, ` [${slot}: ${SOURCES[source] ?? source}]`))
      : text));
    return element("section", {}, element("h3", {}, "Description"), element("p", { className: "sentence" }, ...parts));
  }

  function facts(work) {
    const list = element("dl", {});
    const rows = [["Title", work.title], ["Id", work.id], ...work.facts];
    for (const [name, value] of rows) {
      list.append(element("dt", {}, name), element("dd", {}, given(value, "unknown")));
    }
    if (work.link) {
      const link = element("a", { href: work.link, target: "_blank", rel: "noopener noreferrer" }, "the catalog’s page");
      list.append(element("dt", {}, "Source"), element("dd", {}, link));
    }
    return element("section", {}, element("h3", {}, "Catalog"), list);
  }

  function neighbours(work) {
    const section = element("section", {}, element("h3", {}, "Most similar artworks of a known style"));
    if (!work.near.length) {
      section.append(element("p", {}, "None: no reviewed or labelled artwork has an embedding yet."));
      return section;
    }
    if (!work.near.some((near) => near.style_source === "reviewed")) {
      section.append(element("p", {}, "No artwork has been reviewed yet; these are labelled by the catalog."));
    }
    section.append(element("ul", { className: "near" }, ...work.near.map((near) => element("li", {},
      picture(near.picture, "", true), element("strong", {}, near.style), ` (${SOURCES[near.style_source]}), similarity ${near.similarity.toFixed(2)}`,
      element("br"), given(near.artist, "unknown artist"), ": ", given(near.title, "untitled")))));
    return section;
  }

  function verdict(each) {
    if (each.decision === "reject") return `not ${each.shown_style}`;
    return each.style;
  }

  function reviews(work, own) {
    if (!work.reviews.length && !own) return null;
    const list = element("ul", {}, ...work.reviews.map((each) => element("li", {}, given(each.reviewer), `, ${each.decided_at.slice(0, 10)}: ${verdict(each)}`,
      each.note ? element("span", {}, " – ", given(each.note)) : null)));
    if (own) list.prepend(element("li", {}, "here, ", given(own.reviewer), `: ${verdict(own)}`));
    return element("section", { className: "decided" }, element("h3", {}, "Decided so far"), list);
  }

  // Shows an artwork in place of the previous one.
  function show(place, work, own) {
    const named = element("h2", { dir: "auto" }, work.title || "Untitled");
    const by = element("p", { className: "by" }, given(work.artist, "unknown artist"));
    const alt = `Picture of the artwork ${(work.title || "without a title").slice(0, 150)}`;
    place.replaceChildren(
      element("figure", {}, picture(work.picture, alt, false)),
      element("div", { className: "about" }, named, by, ...[reviews(work, own), proposal(work), evidence(work), flags(work), sentence(work), facts(work), neighbours(work)]
        .filter((part) => part !== null)),
    );
  }

  return { show, element, given, picture, percent };
})();

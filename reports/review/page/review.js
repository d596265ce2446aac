"use strict";

// Goes from artwork to artwork, and records the decisions.
(() => {
  const { data, decisions, filters } = artcat;
  const get = (id) => document.getElementById(id);
  const setting = (name) => decisions.read("setting", name);
  let works = [];
  let current = null;
  let details = null;

  function say(text) {
    get("said").textContent = text;
  }

  const named = (work) => {
    const title = work.title || "Untitled";
    return title.length > 80 ? `${title.slice(0, 80)}…` : title;
  };

  function update() {
    works = filters.matching();
    artcat.list.show(works, current);
    const all = data.works.length;
    const here = decisions.all();
    const decided = data.works.filter((work) => work.need === "decided" || decisions.of(work.id)).length;
    const fresh = here.filter((each) => each.decided_at > (setting("downloaded") ?? "")).length;
    get("progress").max = Math.max(1, all);
    get("progress").value = decided;
    get("counts").textContent = `${decided.toLocaleString("en")} of ${all.toLocaleString("en")} decided, ${fresh.toLocaleString("en")} not downloaded yet`;
    get("matching").textContent = `${works.length.toLocaleString("en")} ${works.length === 1 ? "artwork" : "artworks"}`;
    get("undo").disabled = !decisions.canUndo;
    get("download").disabled = here.length === 0;
    get("warning").hidden = decisions.kept;
    get("warning").textContent = "This browser cannot store decisions for this page: download your decisions before you close it.";
  }

  async function show(work, announced = "") {
    current = work;
    details = null;
    const shown = get("shown");
    for (const id of ["accept", "correct", "reject", "skip"]) get(id).disabled = true;
    get("note").disabled = !work;
    if (!work) {
      shown.replaceChildren(artcat.work.element("p", { className: "empty" }, "No artworks left: change the filters, or download your decisions."));
      say(`${announced} No artworks left.`.trim());
      update();
      return;
    }
    history.replaceState(null, "", `#${encodeURIComponent(work.id)}`);
    try {
      const found = await data.details(work);
      if (current !== work) return;
      details = found;
    } catch (error) {
      say(error.message);
      return;
    }
    artcat.work.show(shown, details, decisions.of(work.id));
    get("note").value = decisions.of(work.id)?.note ?? decisions.read("note", work.id) ?? "";
    for (const id of ["accept", "reject"]) get(id).disabled = !details.proposal;
    for (const id of ["correct", "skip"]) get(id).disabled = false;
    const proposed = work.proposal ? `${work.proposal}${work.confidence === null ? "" : ` ${artcat.work.percent(work.confidence)}`}` : "no style";
    say(`${announced} ${named(work)}: ${proposed}.`.trim());
    update();
  }

  // The artwork that many places further on among those that match now; the current one may no longer match.
  function neighbour(step) {
    const found = filters.matching();
    if (!current) return found[0];
    return step > 0 ? found.find((work) => work.at > current.at) ?? found.find((work) => work !== current)
      : found.findLast((work) => work.at < current.at);
  }

  function go(step, announced) {
    const next = neighbour(step);
    if (next || announced) show(next ?? null, announced);
    else say(step > 0 ? "This is the last artwork." : "This is the first artwork.");
  }

  function decide(decision, style) {
    const reviewer = get("reviewer").value.trim();
    if (!reviewer) {
      say("Enter your name first: each decision records its reviewer.");
      get("reviewer").focus();
      return;
    }
    if (!details) return;
    decisions.decide(current.id, {
      artwork_id: current.id,
      reviewer,
      decided_at: new Date().toISOString(),
      decision,
      style,
      shown_style: details.proposal,
      shown_confidence: details.confidence,
      shown_prediction_key: details.prediction_key,
      note: get("note").value.trim() || null,
    });
    decisions.write("note", current.id, null);
    const done = { accept: `Accepted ${style}.`, correct: `Corrected to ${style}.`, reject: `Rejected ${details.proposal}.` };
    go(1, done[decision]);
  }

  const actions = {
    accept: () => details?.proposal && decide("accept", details.proposal),
    reject: () => details?.proposal && decide("reject", null),
    correct: () => details && artcat.correction.ask(details, (style) => decide("correct", style)),
    skip() {
      if (!current) return;
      decisions.skip(current.id);
      go(1, "Skipped.");
    },
    previous: () => go(-1),
    next: () => go(1),
    undo() {
      const id = decisions.undo();
      const work = data.works.find((each) => each.id === id);
      if (work) show(work, "Undone.");
    },
    download() {
      const all = decisions.all();
      artcat.decisionsFile.download(all);
      decisions.write("setting", "downloaded", all.at(-1).decided_at);
      update();
      say(`${all.length} ${all.length === 1 ? "decision" : "decisions"} downloaded: run artcat review import on the file.`);
    },
    note: () => get("note").focus(),
  };
  for (const [id, does] of Object.entries(actions)) {
    if (id !== "note") get(id).addEventListener("click", does);
  }

  const KEYS = {
    a: "accept", c: "correct", r: "reject", s: "skip", n: "note", u: "undo",
    j: "next", k: "previous", ArrowRight: "next", ArrowLeft: "previous",
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target === get("note")) get("work").focus();
    const writing = event.target.closest("input:not([type=checkbox]), select, textarea, dialog");
    if (writing || event.ctrlKey || event.metaKey || event.altKey || !get("keys").checked) return;
    const action = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action || event.repeat) return;
    event.preventDefault();
    actions[action]();
  });

  // A note belongs to the decision; one written after it updates the time of the decision.
  get("note").addEventListener("change", () => {
    if (!current) return;
    const own = decisions.of(current.id);
    const note = get("note").value.trim() || null;
    if (own) decisions.write("decision", current.id, { ...own, note, decided_at: new Date().toISOString() });
    else decisions.write("note", current.id, note);
    update();
  });
  get("reviewer").addEventListener("change", () => decisions.write("setting", "reviewer", get("reviewer").value.trim()));
  get("keys").addEventListener("change", () => decisions.write("setting", "keys", get("keys").checked));
  window.addEventListener("storage", update);

  // Opens the artwork that the address names, otherwise the first.
  function begin() {
    filters.fill();
    filters.onChange(() => {
      const found = filters.matching();
      if (current && found.includes(current)) update();
      else show(found[0] ?? null);
    });
    artcat.list.onChoose((work) => {
      show(work);
      get("work").scrollIntoView({ block: "start" });
      get("work").focus({ preventScroll: true });
    });
    get("reviewer").value = setting("reviewer") ?? "";
    get("keys").checked = setting("keys") ?? true;
    get("filter-box").open = window.matchMedia("(min-width: 60rem)").matches;
    if (data.built.left_out) get("left-out").textContent = `${data.built.left_out.toLocaleString("en")} more artworks are not on this page.`;
    let asked = "";
    try { asked = decodeURIComponent(location.hash.slice(1)); } catch { /* not ours */ }
    show(data.works.find((work) => work.id === asked) ?? filters.matching()[0] ?? null);
  }
  begin();
})();

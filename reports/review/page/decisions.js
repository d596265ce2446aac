"use strict";

// What was decided here, kept in the browser under a key per artwork, so that one decision writes
// one small value however many there are.
artcat.decisions = (() => {
  const prefix = `artcat:${artcat.data.built.home}:`;
  const memory = new Map();
  const history = [];
  let kept = true;

  function read(kind, id) {
    const key = `${prefix}${kind}:${id}`;
    if (!memory.has(key)) {
      let value = null;
      try { value = JSON.parse(window.localStorage.getItem(key)); } catch { /* none, or not ours */ }
      memory.set(key, value);
    }
    return memory.get(key);
  }

  function write(kind, id, value) {
    const key = `${prefix}${kind}:${id}`;
    memory.set(key, value);
    try {
      if (value === null) window.localStorage.removeItem(key);
      else window.localStorage.setItem(key, JSON.stringify(value));
    } catch {
      kept = false;
    }
  }

  // Every decision, including those on artworks that this build does not show.
  function all() {
    const found = new Set([...memory.keys()]);
    try {
      for (let at = 0; at < window.localStorage.length; at += 1) found.add(window.localStorage.key(at));
    } catch { kept = false; }
    const start = `${prefix}decision:`;
    return [...found].filter((key) => key.startsWith(start))
      .map((key) => read("decision", key.slice(start.length)))
      .filter((each) => each !== null)
      .sort((one, other) => (one.decided_at < other.decided_at ? -1 : 1));
  }

  function decide(id, decision) {
    history.push({ id, decision: read("decision", id), skipped: read("skipped", id) });
    write("decision", id, decision);
    write("skipped", id, null);
  }

  function skip(id) {
    history.push({ id, decision: read("decision", id), skipped: read("skipped", id) });
    write("skipped", id, true);
  }

  // Undoes the last decision or skip; returns the id of its artwork.
  function undo() {
    const last = history.pop();
    if (!last) return null;
    write("decision", last.id, last.decision);
    write("skipped", last.id, last.skipped);
    return last.id;
  }

  // A decision that the catalog has imported need not be kept here any longer.
  function forget(id, reviewer, decidedAt) {
    const own = read("decision", id);
    if (own && own.reviewer === reviewer && Date.parse(own.decided_at) === Date.parse(decidedAt)) {
      write("decision", id, null);
    }
  }
  for (const known of artcat.data.built.reviews) forget(...known);

  // Another window of the same page decided something.
  window.addEventListener("storage", (event) => {
    if (event.key === null) memory.clear();
    else memory.delete(event.key);
  });

  return {
    all, decide, skip, undo, read, write,
    of: (id) => read("decision", id),
    skipped: (id) => Boolean(read("skipped", id)),
    get canUndo() { return history.length > 0; },
    get kept() { return kept; },
  };
})();

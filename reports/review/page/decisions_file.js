"use strict";

// The file that `artcat review import` reads.
artcat.decisionsFile = (() => {
  const COLUMNS = [
    "artwork_id", "reviewer", "decided_at", "decision", "style",
    "shown_style", "shown_confidence", "shown_prediction_key", "note",
  ];

  const field = (value) => {
    const text = value === null || value === undefined ? "" : String(value);
    return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };

  const csv = (decisions) => [COLUMNS, ...decisions.map((each) => COLUMNS.map((name) => each[name]))]
    .map((row) => `${row.map(field).join(",")}\r\n`).join("");

  function download(decisions) {
    const link = document.createElement("a");
    const address = URL.createObjectURL(new Blob([csv(decisions)], { type: "text/csv;charset=utf-8" }));
    link.href = address;
    link.download = `decisions-${new Date().toISOString().slice(0, 19).replace(/[:T]/g, "-")}.csv`;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  }

  return { csv, download };
})();

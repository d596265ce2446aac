"use strict";

// Asks for the style of an artwork.
artcat.correction = (() => {
  const dialog = document.getElementById("correction");
  const list = document.getElementById("correct-style");
  const yes = document.getElementById("correct-yes");
  let done = () => {};

  function finish() {
    const style = list.value;
    if (!style) return;
    dialog.close();
    done(style);
  }

  yes.addEventListener("click", finish);
  list.addEventListener("dblclick", finish);
  list.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      finish();
    }
  });
  document.getElementById("correct-no").addEventListener("click", () => dialog.close());

  // The model's most likely styles first, then the others in chronological order.
  function ask(work, does) {
    const guessed = new Map(work.guesses);
    const first = [...new Set([work.catalog_style, ...guessed.keys()])].filter(Boolean);
    const styles = [...new Set([...first, ...artcat.data.built.styles])].filter((style) => style !== work.proposal);
    list.replaceChildren(...styles.map((style) => {
      const said = [];
      if (style === work.catalog_style) said.push("the catalog’s");
      if (guessed.has(style)) said.push(artcat.work.percent(guessed.get(style)));
      return new Option(said.length ? `${style} (${said.join(", ")})` : style, style);
    }));
    list.selectedIndex = 0;
    done = does;
    dialog.showModal();
    list.focus();
  }

  return { ask };
})();

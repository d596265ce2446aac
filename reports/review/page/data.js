"use strict";

// The data that the site was built with. Details of artworks are in files of their own, each loaded when one of
// its artworks is shown: as scripts, because a page that was opened from a folder may fetch nothing.
const artcat = {};

artcat.data = (() => {
  const CHUNK = /^data\/works-[0-9a-f]{16}\.js$/;
  const waiting = new Map();
  const chunks = new Map();
  let built = null;
  let works = [];

  // Of all addresses only those of our own data may become a script.
  const checked = (address) => {
    if (!CHUNK.test(address)) throw new TypeError("not one of this page's files");
    return address;
  };
  const policy = window.trustedTypes
    ? window.trustedTypes.createPolicy("artcat", { createScriptURL: checked })
    : { createScriptURL: checked };

  function index(given) {
    built = given;
    works = given.works.map(([id, title, artist, proposal, confidence, flags, need, picture], at) => ({
      id, title, artist, proposal, confidence, flags, need, picture, at,
      words: `${id}\n${title ?? ""}\n${artist ?? ""}`.toLowerCase(),
    }));
  }

  function chunk(number, given) {
    chunks.set(number, given);
    waiting.get(number)?.loaded();
  }

  function fetchChunk(number) {
    if (!waiting.has(number)) {
      const entry = {};
      entry.promise = new Promise((resolve, reject) => {
        entry.loaded = resolve;
        const script = document.createElement("script");
        script.src = policy.createScriptURL(built.chunks[number]);
        script.onerror = () => {
          waiting.delete(number);
          reject(new Error("The page has been rebuilt: reload it."));
        };
        document.head.append(script);
      });
      waiting.set(number, entry);
    }
    return waiting.get(number).promise;
  }

  // Everything that is shown about an artwork.
  async function details(work) {
    const number = Math.floor(work.at / built.chunk);
    if (!chunks.has(number)) await fetchChunk(number);
    return chunks.get(number)[work.at % built.chunk];
  }

  return {
    index, chunk, details,
    get built() { return built; },
    get works() { return works; },
    picture: (digest) => `pictures/${digest}.jpg`,
  };
})();

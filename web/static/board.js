// An open board: htmx puts in the numbers that the stream brings; this says whether they are live, and how old they are when they are not.
(() => {
  const LOST_AFTER = 35000;
  const board = document.getElementById("board");
  const words = board.dataset;
  const age = document.getElementById("age");
  let heard = Date.now();
  let ended = false;

  // The stream itself brings the last words, so the state is looked up each time.
  function say(name, text) {
    const state = document.getElementById("state");
    if (state.dataset.state === name) return;
    state.dataset.state = name;
    state.textContent = text;
  }

  function lost() {
    if (!ended) say("lost", words.wordsLost.replace("{time}", document.getElementById("at").textContent));
  }

  if (!board.hasAttribute("sse-connect")) return;
  board.addEventListener("htmx:sseMessage", () => {
    heard = Date.now();
    if (!ended) say("live", words.wordsLive);
  });
  board.addEventListener("htmx:sseError", lost);
  board.addEventListener("htmx:sseClose", () => {
    ended = true;
  });

  setInterval(() => {
    const seconds = Math.round((Date.now() - heard) / 1000);
    age.textContent = seconds > 5 ? `(${words.wordsAge.replace("{count}", seconds)})` : "";
    if (Date.now() - heard > LOST_AFTER) lost();
  }, 1000);
})();

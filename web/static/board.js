// The live board: numbers change in place as the stream brings them; without the stream the page says since when it is old.

const LOST_AFTER = 35000;
const TRY_AGAIN = 5000;

const board = document.getElementById("board");
const words = board.dataset;
const state = document.getElementById("state");
const said = document.getElementById("said");
const at = document.getElementById("at");
const age = document.getElementById("age");
const title = document.title;
const clock = new Intl.DateTimeFormat(words.language, { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false, timeZone: words.zone });

let source = null;
let heard = Date.now();
let ended = false;
let last = {};

function listen() {
  source = new EventSource(words.live);
  source.addEventListener("board", (event) => fresh(JSON.parse(event.data), show));
  source.addEventListener("beat", (event) => fresh(JSON.parse(event.data)));
  source.addEventListener("end", (event) => end(JSON.parse(event.data)));
  source.addEventListener("error", () => {
    lost();
    if (source.readyState === EventSource.CLOSED && !ended) setTimeout(listen, TRY_AGAIN);
  });
}

function fresh(data, then) {
  heard = Date.now();
  say("live", words.wordsLive);
  at.dateTime = data.at;
  at.textContent = clock.format(new Date(data.at));
  if (then) then(data);
}

function lost() {
  if (!ended) say("lost", words.wordsLost.replace("{time}", at.textContent));
}

function end(data) {
  ended = true;
  source.close();
  say("lost", data.text);
}

function say(name, text) {
  if (state.dataset.state === name && state.textContent === text) return;
  state.dataset.state = name;
  state.textContent = text;
}

function show(data) {
  const areas = new Set([...document.querySelectorAll("#rows [data-row]")].map((row) => row.dataset.row));
  if (data.rows.length !== areas.size || data.rows.some((row) => !areas.has(row.area))) return reread(data);
  for (const row of data.rows) put(row.area, row);
  sum(data);
}

function sum(data) {
  put("total", data.total);
  document.getElementById("of").textContent = words.wordsOf.replace("{listed}", data.total.listed).replace("{proven}", data.total.proven);
  const waiting = document.getElementById("waiting");
  waiting.hidden = data.waiting === 0;
  waiting.textContent = words.wordsWaiting.replace("{count}", data.waiting);
  tell(data.total);
}

function put(key, row) {
  for (const [name, count] of Object.entries(row)) {
    for (const place of board.querySelectorAll(`[data-n="${key}.${name}"]`)) {
      if (place.textContent === String(count)) continue;
      place.textContent = count;
      place.classList.toggle("zero", count === 0 && place.classList.contains("n"));
      const label = place.getAttribute("aria-label");
      if (label) place.setAttribute("aria-label", label.replace(/\d+/, count));
      flash(place);
    }
  }
  const tone = row.needs_help ? "help" : row.not_yet_safe ? "open" : "done";
  for (const line of board.querySelectorAll(`[data-row="${key}"]`)) {
    line.classList.remove("help", "open", "done");
    line.classList.add(tone);
  }
}

function flash(place) {
  const around = place.closest("td, .tile") ?? place;
  around.classList.remove("changed");
  requestAnimationFrame(() => around.classList.add("changed"));
}

function tell(total) {
  document.title = `(${total.not_yet_safe}) ${title}`;
  const now = { open: total.not_yet_safe, help: total.needs_help };
  if (last.open !== undefined && (last.open !== now.open || last.help !== now.help)) {
    said.textContent = [words.wordsSaid.replace("{count}", now.open), now.help ? words.wordsHelp.replace("{count}", now.help) : ""].join(" ");
  }
  last = now;
}

// Another village has joined (somebody from elsewhere came to the shelter): take the rows of a new page.
async function reread(data) {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) return lost();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.getElementById("rows").replaceWith(page.getElementById("rows"));
  sum(data);
}

setInterval(() => {
  const seconds = Math.round((Date.now() - heard) / 1000);
  age.textContent = seconds > 5 ? `(${words.wordsAge.replace("{count}", seconds)})` : "";
  if (Date.now() - heard > LOST_AFTER) lost();
}, 1000);

listen();

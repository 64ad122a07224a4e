// The page that waits for the chat: it looks every two seconds, and goes on when something has changed there.

const EVERY = 2000;

const waiting = document.getElementById("waiting");

async function look() {
  try {
    const answer = await fetch("/login/state", { cache: "no-store" });
    if (answer.ok && (await answer.json()).state !== waiting.dataset.state) {
      location.replace("/login/code");
      return;
    }
  } catch {
    // Offline for a moment: the next look tells.
  }
  setTimeout(look, EVERY);
}

if (waiting) setTimeout(look, EVERY);

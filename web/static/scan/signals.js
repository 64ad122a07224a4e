// What is heard and felt: one tone and one buzz for each verdict, so that nobody needs to look.

const TONES = {
  go: [[880, 0, 0.12], [1320, 0.12, 0.2]],
  check: [[620, 0, 0.16], [620, 0.24, 0.16]],
  no: [[220, 0, 0.5]],
  known: [[880, 0, 0.08], [880, 0.14, 0.08], [880, 0.28, 0.08]],
};
const BUZZES = { go: [80], check: [80, 80, 80], no: [400], known: [40, 60, 40] };
const LOUD = 0.25;
let context = null;

// Browsers let a page sound only after a touch: called on the first one.
export function wakeSound() {
  if (context === null && window.AudioContext) context = new AudioContext();
  if (context !== null && context.state === "suspended") context.resume().catch(() => undefined);
}

export function signal(word) {
  if (navigator.vibrate) navigator.vibrate(BUZZES[word]);
  if (context === null || context.state !== "running") return;
  for (const [pitch, after, lasts] of TONES[word]) tone(pitch, context.currentTime + after, lasts, word === "no" ? "sawtooth" : "sine");
}

function tone(pitch, at, lasts, form) {
  const [source, volume] = [context.createOscillator(), context.createGain()];
  source.type = form;
  source.frequency.value = pitch;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(LOUD, at + 0.01);
  volume.gain.setValueAtTime(LOUD, at + lasts - 0.02);
  volume.gain.linearRampToValueAtTime(0, at + lasts);
  source.connect(volume).connect(context.destination);
  source.start(at);
  source.stop(at + lasts);
}

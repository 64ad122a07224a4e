// In the check page: so many frames of the camera, each from the moment it is grabbed to its verdict, through the scanner's own modules.
async ({ frames, lists }) => {
  const { Camera } = await import("/scan/camera.js");
  const { openTrust, openRevoked } = await import("/scan/lists.js");
  const { OFFICE } = await import("/scan/office.js");
  const { read } = await import("/scan/verify.js");
  const now = new Date();
  const trust = await openTrust(lists.trust, { root: OFFICE.root, now });
  const revoked = await openRevoked(lists.revoked, { trust, now });
  const video = document.getElementById("video");
  video.hidden = false;
  const done = [];
  let finish = null;
  const finished = new Promise((resolve) => (finish = resolve));
  const eye = new Camera({ video, onText() {}, onProblem: (word) => finish(word) });
  const decode = eye.decoder.read.bind(eye.decoder);
  eye.decoder.read = async (source, how) => {
    const began = performance.now();
    const answer = await decode(source, how);
    const decoded = performance.now();
    const reading = answer.text === null ? { problem: "no_text" } : await read(answer.text, { hosts: OFFICE.hosts, trust, revoked, now: new Date() });
    const ended = performance.now();
    done.push({ text: answer.text, problem: reading.problem, whole: ended - began, decoder: answer.ms, verify: ended - decoded });
    if (done.length === frames + 5) finish(null);
    return answer;
  };
  await eye.start();
  const problem = await finished;
  eye.stop();
  eye.decoder.read = decode;
  if (problem) throw new Error(problem);
  window.photographed = (data) => {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    return eye.readPhoto(new File([bytes], "photo.jpg", { type: "image/jpeg" }));
  };
  return done.slice(5); // The first frames also load and compile the decoder.
}

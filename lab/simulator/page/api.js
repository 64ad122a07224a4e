// The lab's own HTTP side.

async function answer(response) {
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.error ?? String(response.status));
  return body;
}

export async function get(path, signal) {
  return answer(await fetch(`/lab${path}`, { signal, cache: "no-store" }));
}

export async function post(path, body) {
  const headers = { "Content-Type": "application/json" };
  return answer(await fetch(`/lab${path}`, { method: "POST", headers, body: JSON.stringify(body ?? {}) }));
}

export async function upload(path, files, caption = "") {
  const form = new FormData();
  form.append("caption", caption);
  [...files].forEach((file, number) => form.append(`file${number}`, file, file.name));
  return answer(await fetch(`/lab${path}`, { method: "POST", body: form }));
}

// Sizes as people read them; Telegram's limits count in units of 1024.
export function sized(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  const mega = bytes / (1024 * 1024);
  return mega < 1 ? `${Math.round(bytes / 1024)} KB` : `${mega < 10 ? mega.toFixed(1) : Math.round(mega)} MB`;
}

export const picture = (fileId) => `/lab/files/${encodeURIComponent(fileId)}`;

// Calls `take(answer)` with each answer of a long poll until the signal ends it; `lost(bool)` tells of the connection.
export async function follow(path, { signal, take, lost }) {
  let after = -1;
  let pause = 500;
  while (!signal.aborted) {
    try {
      const body = await get(path(after), signal);
      lost(false);
      pause = 500;
      after = body.revision;
      take(body);
    } catch (error) {
      if (signal.aborted) return;
      console.warn(error);
      lost(true);
      await new Promise((resume) => setTimeout(resume, pause));
      pause = Math.min(pause * 2, 8000);
    }
  }
}

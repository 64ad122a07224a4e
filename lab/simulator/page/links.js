// Where an address leads: a bot's deep link acts in the chat, a page of this machine may be opened, others may not.

let world = { bots: [], link_base: null };

export function useWorld(known) {
  world = known;
}

function here(host) {
  return host === location.hostname || host === "localhost" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function botOf(url, text) {
  const named = (name) => world.bots.find((bot) => bot.username.toLowerCase() === name.toLowerCase());
  if (url.hostname === "t.me" || url.hostname === "telegram.me") return named(url.pathname.replaceAll("/", ""));
  if (url.protocol === "tg:") return named(url.searchParams.get("domain") ?? "");
  const ours = here(url.hostname) && url.host === location.host && /^\/demo\/?$/.test(url.pathname);
  const based = world.link_base && text.toLowerCase().startsWith(world.link_base.toLowerCase());
  return ours || based ? named(url.searchParams.get("bot") ?? "") ?? world.bots[0] : undefined;
}

export function leadsTo(text) {
  let url;
  try {
    url = new URL(text.includes("://") ? text : `http://${text}`);
  } catch {
    return {};
  }
  const joining = url.searchParams.get("startgroup");
  if (joining !== null && botOf(url, text)) return { startgroup: joining, bot: botOf(url, text) };
  const start = url.searchParams.get("start") ?? "";
  if (/^[A-Za-z0-9_-]{1,64}$/.test(start) && botOf(url, text)) return { start, bot: botOf(url, text) };
  const web = url.protocol === "http:" || url.protocol === "https:";
  return web && here(url.hostname) ? { page: url.href } : {};
}

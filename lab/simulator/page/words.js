// Every word of this page, in both languages. The page is a tool of the lab; the bot's own words come from the bot.

const WORDS = {
  zh: {
    title: "码上 · 试用聊天",
    choose: "选一个人，用他的手机试一试",
    foot: "这里的人都是虚构的，消息只存在内存里，停止后全部消失。",
    nobody: "从左边选一个人开始。",
    back: "返回名单",
    messages: "聊天记录",
    write: "消息",
    send: "发送",
    attach: "发送其他内容",
    menu: "机器人命令",
    keys: "显示或收起按钮",
    close: "关闭",
    ok: "知道了",
    start: "开始使用",
    restart: "解除屏蔽并重新开始",
    block: "屏蔽这个机器人",
    with: "{role} · 与“{bot}”聊天",
    fresh: "{name}还没有和机器人说过话。点下面的按钮开始。",
    typing: "正在输入…",
    lost: "连接断开，正在重新连接…",
    you: "我",
    bot: "机器人",
    sendPhoto: "照片",
    sendFile: "文件（原样）",
    sendPlace: "位置",
    sendCard: "名片",
    latitude: "纬度",
    longitude: "经度",
    placeHint: "也可以在纬度一栏粘贴“28.4676, 119.9229”。",
    badPlace: "请填写正确的经纬度。",
    cardOf: "谁的名片",
    mine: "{name}（自己）",
    cardHint: "机器人只应相信本人的名片，可以用别人的名片试一试。",
    scan: "扫码",
    scanTitle: "扫一扫",
    scanWho: "现在是 {name} 在扫码",
    scanUpload: "选择海报或图片文件",
    scanFrom: "或者扫聊天里的图片",
    scanNone: "聊天里还没有图片。",
    scanReading: "正在识别…",
    scanNothing: "这张图片里没有认出码。",
    scanFound: "码里的内容：",
    sendText: "作为消息发给机器人",
    openLink: "打开机器人链接（/start）",
    openPage: "在浏览器中打开网页",
    outside: "这是外部网址，试用环境不会打开。",
    picture: "图片",
    photo: "[图片]",
    location: "[位置]",
    contact: "[名片]",
    document: "[文件]",
    place: "位置",
    accuracy: "误差约 {n} 米",
    card: "名片",
    edited: "已修改",
    unread: "{n} 条未读",
    failed: "没有成功：{why}",
    quiet: "还没有消息",
    today: "今天",
    language: "English",
    resident: "居民",
    warden: "包户责任人",
    keeper: "避灾点管理员",
    worker: "作业人员",
    official: "值班员",
  },
  en: {
    title: "Mashang · trial chat",
    choose: "Pick a person and try their phone",
    foot: "Everybody here is invented. Messages live in memory and are gone when the lab stops.",
    nobody: "Pick a person on the left to begin.",
    back: "Back to the people",
    messages: "Conversation",
    write: "Message",
    send: "Send",
    attach: "Send something else",
    menu: "Bot commands",
    keys: "Show or hide the buttons",
    close: "Close",
    ok: "OK",
    start: "Start",
    restart: "Unblock and start again",
    block: "Block this bot",
    with: "{role} · chat with {bot}",
    fresh: "{name} has not talked to this bot yet. Press the button below to begin.",
    typing: "is typing…",
    lost: "Connection lost, trying again…",
    you: "Me",
    bot: "Bot",
    sendPhoto: "Photo",
    sendFile: "File (as it is)",
    sendPlace: "Place",
    sendCard: "Contact card",
    latitude: "Latitude",
    longitude: "Longitude",
    placeHint: "You may paste “28.4676, 119.9229” into the first field.",
    badPlace: "Please give a latitude and a longitude.",
    cardOf: "Whose card",
    mine: "{name} (my own)",
    cardHint: "A bot should trust a person’s own card only; try somebody else’s.",
    scan: "Scan",
    scanTitle: "Scan a code",
    scanWho: "{name} is holding the camera",
    scanUpload: "Choose a poster or picture file",
    scanFrom: "Or scan a picture from any chat",
    scanNone: "There are no pictures in the chats yet.",
    scanReading: "Reading…",
    scanNothing: "No code could be read in this picture.",
    scanFound: "The code says:",
    sendText: "Send to the bot as a message",
    openLink: "Open the bot link (/start)",
    openPage: "Open the page in the browser",
    outside: "This address is outside; the lab does not open it.",
    picture: "Picture",
    photo: "[photo]",
    location: "[place]",
    contact: "[contact card]",
    document: "[file]",
    place: "Place",
    accuracy: "within about {n} m",
    card: "Contact card",
    edited: "edited",
    unread: "{n} unread",
    failed: "That did not work: {why}",
    quiet: "No messages yet",
    today: "Today",
    language: "中文",
    resident: "Resident",
    warden: "Warden",
    keeper: "Shelter keeper",
    worker: "Worker",
    official: "Duty officer",
  },
};

const KEPT = "mashang-lab-language";
let current = "zh";

export function t(key, values = {}) {
  const words = WORDS[current][key] ?? key;
  return words.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export function known(key) {
  return key in WORDS[current];
}

export function locale() {
  return current === "zh" ? "zh-CN" : "en-GB";
}

export function chooseLanguage(asked) {
  const kept = asked ?? localStorage.getItem(KEPT) ?? (navigator.language.startsWith("zh") ? "zh" : "en");
  current = kept in WORDS ? kept : "zh";
  localStorage.setItem(KEPT, current);
  document.documentElement.lang = locale();
  document.title = t("title");
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = t(node.dataset.word);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", t(node.dataset.label));
  for (const node of document.querySelectorAll("[data-hint]")) node.placeholder = t(node.dataset.hint);
}

export function otherLanguage() {
  return current === "zh" ? "en" : "zh";
}

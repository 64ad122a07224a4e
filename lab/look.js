// What no reader should see on a page, as a list of sentences: sideways scroll, characters without a shape, words of the program.
(language) => {
  const wrong = [];
  const root = document.scrollingElement;
  if (root.scrollWidth > root.clientWidth) wrong.push(`scrolls sideways: ${root.scrollWidth} px in ${root.clientWidth}`);

  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const holder = node.parentElement;
    if (!holder || holder.closest("script, style, template, [hidden], .reason") || !holder.checkVisibility()) continue;
    if (node.data.trim()) texts.push(node.data.trim());
  }
  const all = texts.join(" ");
  if (all.includes("\uFFFD")) wrong.push("holds a replacement character");

  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 24;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.font = `20px ${getComputedStyle(document.body).fontFamily}`;
  const drawn = (character) => {
    pen.clearRect(0, 0, 24, 24);
    pen.fillText(character, 0, 20);
    return pen.getImageData(0, 0, 24, 24).data.join();
  };
  const missing = drawn("\u0378");
  const boxes = [...new Set(all)].filter((one) => /[\p{Script=Han}\p{L}\p{N}\p{Extended_Pictographic}]/u.test(one) && drawn(one) === missing);
  if (boxes.length) wrong.push(`no shape for: ${boxes.join("")}`);

  for (const text of texts) {
    if (/\{[a-z_]+\}/.test(text)) wrong.push(`a field was left open: ${text.slice(0, 80)}`);
    if (/\b(msgid|undefined|NaN|\[object Object\]|None)\b/.test(text)) wrong.push(`a word of the program: ${text.slice(0, 80)}`);
    if (/\b[a-z]+_[a-z_]+\b/.test(text) && !/https?:|@/.test(text) && !/mashang_demo_bot/.test(text)) wrong.push(`a name from the program: ${text.slice(0, 80)}`);
    if (language === "zh_CN" && /\b[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}\b/.test(text)) wrong.push(`not translated: ${text.slice(0, 80)}`);
    if (language === "en" && /[\u4e00-\u9fff]{8,}/.test(text) && /[。；]/.test(text) && !/演示|演练/.test(text)) wrong.push(`Chinese sentence on an English page: ${text.slice(0, 60)}`);
  }
  return wrong;
}

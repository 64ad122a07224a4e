// The one place where text becomes markup: what the server rendered, for htmx. A script in it is refused; text never becomes a script.
if (window.trustedTypes) {
  trustedTypes.createPolicy("default", {
    createHTML: (html) => {
      if (/<script/i.test(html)) throw new TypeError("a script came where only markup belongs");
      return html;
    },
  });
}

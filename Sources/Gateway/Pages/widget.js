"use strict";
/* One script tag: <script src="https://HOST/chat/CHANNEL/widget.js" defer></script> puts a chat button on the page. */
(() => {
  const own = document.currentScript;
  if (!own) return;
  const page = new URL("./", own.src);
  /* <script … data-identity="JWT">: who is logged in, signed by the site. Without one nobody is: an earlier login ends. */
  const identity = own.dataset.identity || "";
  const zh = (document.documentElement.lang || navigator.language || "").toLowerCase().startsWith("zh");
  const button = document.createElement("button");
  const frame = document.createElement("iframe");
  const place = "position:fixed;right:1rem;z-index:2147483000;border:0;";
  button.type = "button";
  const label = zh ? "在线客服" : "Chat with us";
  button.textContent = label;
  button.setAttribute("aria-expanded", "false");
  button.style.cssText = `${place}bottom:1rem;padding:.7rem 1.1rem;border-radius:1.5rem;background:#0b5c8a;color:#fff;font:600 16px system-ui,sans-serif;cursor:pointer;box-shadow:0 2px 10px #0004`;
  frame.title = label;
  frame.style.cssText = `${place}bottom:4.5rem;width:min(24rem,calc(100vw - 2rem));height:min(36rem,calc(100vh - 6rem));border-radius:.8rem;box-shadow:0 4px 24px #0005;display:none;background:#fff`;
  const show = (open) => {
    if (open && !frame.src) frame.src = `${page.href}?language=${zh ? "zh" : "en"}#identity=${encodeURIComponent(identity)}`;
    frame.style.display = open ? "block" : "none";
    button.setAttribute("aria-expanded", String(open));
    button.textContent = open ? (zh ? "关闭聊天" : "Close chat") : label;
    (open ? frame : button).focus();
  };
  const isOpen = () => frame.style.display !== "none";
  button.onclick = () => show(!isOpen());
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !event.isComposing && isOpen()) show(false); });
  /* Keys that are pressed inside the frame stay there: the chat page passes Escape on. */
  addEventListener("message", (event) => {
    if (event.source === frame.contentWindow && event.origin === page.origin && event.data?.patchbay === "close" && isOpen()) show(false);
  });
  document.body.append(frame, button);
})();

"use strict";
(() => {
  const zh = document.body.dataset.language === "zh";
  const words = zh
    ? { send: "发送", label: "您的消息", placeholder: "请描述您的问题。请勿填写完整卡号、密码或验证码。", open: "客服在线", closed: "现在是非工作时间，您可以留言。下次上线：", offline: "连接已断开，正在重新连接…", failed: "未发送，点击重试", you: "您", us: "客服", bot: "自动回复", topic: "问题类别" }
    : { send: "Send", label: "Your message", placeholder: "Tell us what happened. Never send full card numbers, passwords or codes.", open: "We are here", closed: "We are closed now; leave a message. Open again: ", offline: "Connection lost, trying again…", failed: "Not sent. Press to try again", you: "You", us: "Support", bot: "Automatic reply", topic: "Topic" };
  const $ = (id) => document.getElementById(id);
  const channel = document.body.dataset.channel;
  const base = `/chat/${encodeURIComponent(channel)}`;
  const store = { key: `patchbay.${channel}`, get() { try { return localStorage.getItem(this.key); } catch { return this.value; } }, set(value) { this.value = value; try { localStorage.setItem(this.key, value); } catch { /* private window: this page only */ } } };
  const shown = new Map();
  let category = null;
  let last = 0;
  let source = null;
  let openText = "";

  $("send").textContent = words.send;
  $("text-label").textContent = words.label;
  $("text").placeholder = words.placeholder;
  $("chips").setAttribute("aria-label", words.topic);

  async function session(fresh) {
    let token = fresh ? null : store.get();
    if (!token) {
      const answer = await fetch(`${base}/session`, { method: "POST" });
      if (!answer.ok) throw new Error((await answer.json()).message);
      token = (await answer.json()).session;
      store.set(token);
    }
    return token;
  }

  /* Messages come ordered by id from the stream; one that this page sent is already there under its client id. */
  function show(message, clientID) {
    const known = shown.get(message.id) || (clientID && shown.get(clientID));
    const item = known || document.createElement("li");
    item.className = message.direction;
    item.replaceChildren();
    const who = document.createElement("small");
    const time = new Date(message.sent_at || Date.now()).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    who.textContent = `${message.direction === "in" ? words.you : message.direction === "bot" ? words.bot : words.us} · ${time}`;
    item.append(message.text ?? "…", who);
    if (!known) $("log").append(item);
    shown.set(message.id, item);
    if (clientID) shown.set(clientID, item);
    $("log").scrollTop = $("log").scrollHeight;
    return item;
  }

  function listen(token) {
    source?.close();
    source = new EventSource(`${base}/events?session=${encodeURIComponent(token)}&after=${last}`);
    source.addEventListener("message", (event) => {
      const message = JSON.parse(event.data);
      if (Number(event.lastEventId) > last) last = Number(event.lastEventId);
      show(message, pendingFor(message));
    });
    source.onopen = () => { $("status").textContent = openText; };
    source.onerror = async () => {
      $("status").textContent = words.offline;
      if (source.readyState === EventSource.CLOSED) {
        /* Refused for good: the session is over. Begin a new one. */
        try { listen(await session(true)); } catch { setTimeout(() => listen(token), 5000); }
      }
    };
  }

  const pending = new Map();
  const pendingFor = (message) => {
    if (message.direction !== "in") return null;
    for (const [id, text] of pending) if (text === message.text) { pending.delete(id); return id; }
    return null;
  };

  async function post(text, clientID) {
    pending.set(clientID, text);
    const body = { session: await session(false), client_id: clientID, text, language: zh ? "zh" : "en" };
    if (category) body.category = category;
    const send = () => fetch(`${base}/messages`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    let answer = await send();
    if (answer.status === 401) {
      body.session = await session(true);
      listen(body.session);
      answer = await send();
    }
    if (!answer.ok) throw new Error((await answer.text()).slice(0, 200));
    const message = await answer.json();
    pending.delete(clientID);
    show(message, clientID);
  }

  function say(text) {
    const clientID = crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random().toString(36).slice(2)}`;
    const item = show({ id: clientID, direction: "in", text }, clientID);
    const attempt = () => {
      item.classList.remove("failed");
      item.onclick = item.onkeydown = null;
      item.removeAttribute("tabindex");
      post(text, clientID).catch(() => {
        /* The same client id again: the desk files it once however often it comes. */
        item.classList.add("failed");
        item.lastElementChild.textContent = words.failed;
        item.tabIndex = 0;
        item.onclick = attempt;
        item.onkeydown = (event) => { if (event.key === "Enter") attempt(); };
      });
    };
    attempt();
  }

  $("say").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = $("text").value.trim();
    if (!text) return;
    $("text").value = "";
    say(text);
  });
  $("text").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      $("say").requestSubmit();
    }
  });

  async function begin() {
    const hours = await (await fetch(`${base}/hours?language=${zh ? "zh" : "en"}`)).json();
    openText = hours.open ? words.open : words.closed + hours.text;
    $("status").textContent = openText;
    for (const topic of hours.categories || []) {
      const chip = document.createElement("button");
      chip.type = "button";
      chip.textContent = topic.title[zh ? "zh" : "en"] || topic.id;
      chip.setAttribute("aria-pressed", "false");
      chip.onclick = () => {
        category = category === topic.id ? null : topic.id;
        for (const other of $("chips").children) other.setAttribute("aria-pressed", String(other === chip && category !== null));
        $("text").focus();
      };
      $("chips").append(chip);
    }
    listen(await session(false));
    $("text").focus();
  }
  begin().catch(() => { $("status").textContent = words.offline; setTimeout(begin, 5000); });
})();

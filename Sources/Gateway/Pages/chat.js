"use strict";
(() => {
  const zh = document.body.dataset.language === "zh";
  const words = zh
    ? { send: "发送", label: "您的消息", placeholder: "请描述您的问题。请勿填写完整卡号、密码或验证码。", open: "客服在线", closed: "现在是非工作时间，您可以留言。下次上线：", offline: "连接已断开，正在重新连接…", failed: "未发送，点击重试", you: "您", us: "客服", bot: "自动回复", topic: "问题类别", attach: "添加截图或文件", remove: "移除", tooLarge: "文件太大（合计不超过 5 MB，最多 5 个）", file: "文件" }
    : { send: "Send", label: "Your message", placeholder: "Tell us what happened. Never send full card numbers, passwords or codes.", open: "We are here", closed: "We are closed now; leave a message. Open again: ", offline: "Connection lost, trying again…", failed: "Not sent. Press to try again", you: "You", us: "Support", bot: "Automatic reply", topic: "Topic", attach: "Add a screenshot or file", remove: "Remove", tooLarge: "Too large: 5 files, 5 MB together", file: "file" };
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
  $("attach").title = words.attach;
  $("attach").setAttribute("aria-label", words.attach);
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
  function show(message) {
    const clientID = message.client_id;
    const known = shown.get(message.id) || (clientID && shown.get(clientID));
    const item = known || document.createElement("li");
    item.className = message.direction;
    item.replaceChildren();
    const who = document.createElement("small");
    const time = new Date(message.sent_at || Date.now()).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    who.textContent = `${message.direction === "in" ? words.you : message.direction === "bot" ? words.bot : words.us} · ${time}`;
    const files = (message.attachments || []).map(fileLink);
    item.append(message.text ?? (files.length ? "" : "…"), ...files, who);
    if (!known) $("log").append(item);
    /* The topic goes with the first message; afterwards the room belongs to the conversation. */
    $("chips").hidden = true;
    shown.set(message.id, item);
    if (clientID) shown.set(clientID, item);
    $("log").scrollTop = $("log").scrollHeight;
    return item;
  }

  /* What the page itself sends is shown by name; what is stored can be looked at. */
  function fileLink(file) {
    const name = file.filename || words.file;
    if (!file.id || file.state !== "stored") {
      const line = document.createElement("small");
      line.textContent = name;
      return line;
    }
    const link = document.createElement("a");
    link.href = `${base}/files/${file.id}?session=${encodeURIComponent(store.get() || "")}`;
    link.download = name;
    link.rel = "noreferrer";
    if (file.type === "image") {
      const picture = document.createElement("img");
      picture.alt = name;
      picture.loading = "lazy";
      picture.src = link.href;
      picture.onload = () => { $("log").scrollTop = $("log").scrollHeight; };
      picture.onerror = () => picture.replaceWith(name);
      link.append(picture);
    } else link.textContent = name;
    return link;
  }

  function listen(token) {
    source?.close();
    source = new EventSource(`${base}/events?session=${encodeURIComponent(token)}&after=${last}`);
    source.addEventListener("message", (event) => {
      const message = JSON.parse(event.data);
      if (Number(event.lastEventId) > last) last = Number(event.lastEventId);
      show(message);
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

  async function post(text, files, clientID) {
    const body = { session: await session(false), client_id: clientID, text, language: zh ? "zh" : "en" };
    if (files.length) body.attachments = files;
    if (category) body.category = category;
    const send = () => fetch(`${base}/messages`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    let answer = await send();
    if (answer.status === 401) {
      body.session = await session(true);
      listen(body.session);
      answer = await send();
    }
    if (!answer.ok) throw new Error((await answer.text()).slice(0, 200));
    show(await answer.json());
  }

  function say(text, files) {
    const clientID = crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random().toString(36).slice(2)}`;
    const item = show({ id: clientID, client_id: clientID, direction: "in", text, attachments: files.map(({ filename }) => ({ filename })) });
    const attempt = () => {
      item.classList.remove("failed");
      item.onclick = item.onkeydown = null;
      item.removeAttribute("tabindex");
      post(text, files, clientID).catch(() => {
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
    if (!text && !chosen.length) return;
    $("text").value = "";
    say(text, chosen.splice(0));
    showChosen();
  });

  /* Files that go with the next message: chosen, dropped or pasted, as base64. */
  const chosen = [];
  const sizeMax = 5 << 20;
  function showChosen() {
    $("status").textContent = openText;
    $("text").required = chosen.length === 0;
    $("files").replaceChildren(...chosen.map((file) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = `${file.filename} ✕`;
      button.setAttribute("aria-label", `${words.remove}: ${file.filename}`);
      button.onclick = () => { chosen.splice(chosen.indexOf(file), 1); showChosen(); $("text").focus(); };
      item.append(button);
      return item;
    }));
  }
  async function add(files) {
    let refused = false;
    for (const file of files) {
      const size = chosen.reduce((sum, { data }) => sum + data.length * 3 / 4, 0);
      if (chosen.length >= 5 || size + file.size > sizeMax) { refused = true; break; }
      const url = await new Promise((done, fail) => {
        const reader = new FileReader();
        reader.onload = () => done(reader.result);
        reader.onerror = () => fail(reader.error);
        reader.readAsDataURL(file);
      });
      chosen.push({ filename: file.name || "screenshot.png", content_type: file.type, data: url.slice(url.indexOf(",") + 1) });
    }
    showChosen();
    if (refused) $("status").textContent = words.tooLarge;
    $("text").focus();
  }
  $("attach").onclick = () => $("file").click();
  $("file").onchange = () => { add([...$("file").files]); $("file").value = ""; };
  $("text").addEventListener("paste", (event) => {
    const files = [...event.clipboardData.files];
    if (files.length) { event.preventDefault(); add(files); }
  });
  $("say").addEventListener("dragover", (event) => event.preventDefault());
  $("say").addEventListener("drop", (event) => { event.preventDefault(); add([...event.dataTransfer.files]); });

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

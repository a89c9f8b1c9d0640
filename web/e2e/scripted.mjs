// A member who has no page of ours open: speaks the socket protocol from an empty page of their own browser.

/** Leaves the page the member is on and opens a socket with the session of the browser. */
export async function go_scripted({ page }) {
  // A document of the service that starts nothing.
  await page.goto("/favicon.svg");
  await page.evaluate(open_socket);
}

/** Runs in the page. */
async function open_socket() {
  const refreshed = await fetch("/api/v1/auth/refresh", { method: "POST" });
  const { access_token: token } = await refreshed.json();
  const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/ws`, "randchat.v1");
  const waiting = new Map();
  let asked = 0;
  window.ask = (t, d) =>
    new Promise((resolve, reject) => {
      asked += 1;
      waiting.set(asked, { resolve, reject });
      socket.send(JSON.stringify({ t, id: asked, d }));
    });
  socket.onmessage = ({ data }) => {
    const { t, id, d } = JSON.parse(data);
    if (t === "ping") socket.send(JSON.stringify({ t: "pong" }));
    if (t === "err") waiting.get(id)?.reject(new Error(d.code));
    else waiting.get(id)?.resolve(d);
    waiting.delete(id);
  };
  socket.onclose = ({ code }) => {
    for (const { reject } of waiting.values()) reject(new Error(`the socket closed with ${code}`));
  };
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  await window.ask("hello", { token });
  window.token = token;
}

/** Asks something of the server and gives its answer; rejects with the problem's code. */
export function ask({ page }, t, d) {
  return page.evaluate(([t, d]) => window.ask(t, d), [t, d]);
}

/** Says these texts one after the other, without waiting between them, and until all have their places. */
export function say_all({ page }, room, texts) {
  return page.evaluate(
    ([room, texts]) =>
      Promise.all(texts.map((text) => window.ask("send", { room, cid: crypto.randomUUID(), text }))),
    [room, texts],
  );
}

/** Sends a picture, drawn for it, of these sizes. */
export function send_picture({ page }, room, width, height) {
  return page.evaluate(
    async ([room, width, height]) => {
      const canvas = new OffscreenCanvas(width, height);
      const pen = canvas.getContext("2d");
      pen.fillStyle = `hsl(${(width * 7) % 360} 60% 50%)`;
      pen.fillRect(0, 0, width, height);
      const file = await canvas.convertToBlob({ type: "image/png" });
      const uploaded = await fetch(`/api/v1/rooms/${room}/images`, {
        method: "POST",
        headers: { authorization: `Bearer ${window.token}`, "content-type": "image/png" },
        body: file,
      });
      const { token } = await uploaded.json();
      await window.ask("send", { room, cid: crypto.randomUUID(), image: token });
    },
    [room, width, height],
  );
}

// What a member does with pictures, in words.
import { eventually } from "./browser.mjs";

/** A picture of this size, drawn by the member's own browser. */
export async function drawn_picture(member, width, height, type) {
  const base64 = await member.page.evaluate(draw, { width, height, type });
  return Buffer.from(base64, "base64");
}

/** Runs in the page: a sunset, with enough in it to weigh as much as a photo. */
function draw({ width, height, type }) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext("2d");
  const sky = pen.createLinearGradient(0, 0, 0, height);
  for (const [at, colour] of [
    [0, "#2b2a5c"],
    [0.45, "#b3476a"],
    [0.65, "#f39a5b"],
    [0.66, "#28405e"],
    [1, "#101c30"],
  ])
    sky.addColorStop(at, colour);
  pen.fillStyle = sky;
  pen.fillRect(0, 0, width, height);
  pen.fillStyle = "#ffd9a0";
  pen.beginPath();
  pen.arc(width * 0.6, height * 0.55, Math.min(width, height) * 0.09, 0, 7);
  pen.fill();
  for (let star = 0; star < 20_000; star += 1) {
    pen.fillStyle = `hsla(${star % 360} 70% 70% / 0.25)`;
    pen.fillRect((star * 7_919) % width, (star * 104_729) % height, 3, 3);
  }
  return canvas.toDataURL(type, 0.95).split(",")[1];
}

export async function choose_picture(member, buffer, name, mimeType = "image/png") {
  await member.page.getByTestId("picture-choose").setInputFiles({ name, mimeType, buffer });
  await member.page.getByTestId("picture-preview").waitFor();
}

export async function send_previewed(member) {
  await member.page.getByTestId("preview-picture").waitFor();
  await member.page.getByTestId("preview-send").click();
  await member.page.getByTestId("picture-preview").waitFor({ state: "detached" });
}

export async function paste_picture(member, width, height) {
  const base64 = await member.page.evaluate(draw, { width, height, type: "image/png" });
  await member.page.evaluate(async (picture) => {
    const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
    const item = new ClipboardItem({ "image/png": new Blob([bytes], { type: "image/png" }) });
    await navigator.clipboard.write([item]);
  }, base64);
  await member.page.getByTestId("composer").focus();
  await member.page.keyboard.press("Control+V");
  await member.page.getByTestId("picture-preview").waitFor();
}

export async function drop_picture(member, width, height, meanwhile) {
  const { page } = member;
  const base64 = await page.evaluate(draw, { width, height, type: "image/png" });
  const dataTransfer = await page.evaluateHandle((picture) => {
    const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
    const carried = new DataTransfer();
    carried.items.add(new File([bytes], "wide.png", { type: "image/png" }));
    return carried;
  }, base64);
  await page.getByTestId("room").dispatchEvent("dragover", { dataTransfer });
  await page.getByTestId("picture-drop").waitFor();
  await meanwhile();
  await page.getByTestId("room").dispatchEvent("drop", { dataTransfer });
  await page.getByTestId("picture-preview").waitFor();
}

/** What the member sends goes slowly from now on, until the answer is called. */
export async function slowly(member) {
  const network = await member.context.newCDPSession(member.page);
  const emulate = (uploadThroughput) =>
    network.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput,
    });
  await network.send("Network.enable");
  await emulate(15_000);
  return async () => {
    await emulate(-1);
    await network.detach();
  };
}

/** Waits until the pictures of the room are in these states, and those that are shown are loaded. */
export function pictures_are(member, states) {
  return eventually(
    `${member.name} has pictures that are ${states}`,
    () =>
      member.page.getByTestId("message-picture").evaluateAll((all) =>
        all.map((one) => {
          const image = one.querySelector("img");
          const is_there = image === null || (image.complete && image.naturalWidth > 0);
          return is_there ? one.dataset.state : "loading";
        }),
      ),
    (seen) => seen.join() === states.join(),
  );
}

/** Where the last picture stands, and how large. */
export async function place_of(member) {
  const { x, y, width, height } = await member.page.getByTestId("message-picture").last().boundingBox();
  return { x, y, width, height };
}

// What a member does on the pages, in words.
import { eventually } from "./browser.mjs";
import { look_at } from "./looks.mjs";
import { code_for } from "./mail.mjs";

export const password = "quiet-Orchard-7715";

export async function sign_up(member, { email, username, nickname }) {
  const { page } = member;
  await page.goto("/");
  await page.getByTestId("landing").waitFor();
  await look_at(member, "1-landing");
  await page.getByTestId("landing-sign-up").click();
  await page.getByTestId("sign-up-email").fill(email);
  await page.getByTestId("sign-up-terms").check();
  await page.getByTestId("sign-up-privacy").check();
  await look_at(member, "2-sign-up-email");
  await page.getByTestId("sign-up-send-code").click();
  await page.getByTestId("sign-up-code").waitFor();
  await look_at(member, "3-sign-up-code");
  await page.getByTestId("sign-up-code").fill(await code_for(email, member.log_path));
  await page.getByTestId("sign-up-nickname").fill(nickname);
  await page.getByTestId("sign-up-username").fill(username);
  await page.getByTestId("sign-up-password").fill(password);
  await page.getByTestId("sign-up-birth-date").fill("1996-05-17");
  await page.getByTestId("sign-up-sex").locator("label").first().click();
  await look_at(member, "4-sign-up-profile");
  await page.getByTestId("sign-up-finish").click();
  await page.getByTestId("match").waitFor();
}

export async function log_out_and_in(member, username) {
  const { page } = member;
  await page.getByTestId("menu-me").click();
  await page.getByTestId("me").waitFor();
  await look_at(member, "9-me");
  await page.getByTestId("log-out").click();
  await page.getByTestId("landing-log-in").click();
  await page.getByTestId("log-in-login").fill(username);
  await page.getByTestId("log-in-password").fill(password);
  await look_at(member, "9-log-in");
  await page.getByTestId("log-in-submit").click();
  await page.getByTestId("match").waitFor();
}

export function look_within_10_km(member) {
  return look(member, "1", /10 km/);
}

export function look_anywhere(member) {
  return look(member, "5", /Anywhere|어디든/);
}

async function look(member, slider_at, said) {
  const { page } = member;
  await page.getByTestId("menu-match").click();
  await look_at(member, "5-match");
  await page.getByTestId("place-use").click();
  await page.getByTestId("place-shared").waitFor();
  await page.getByTestId("match-distance").fill(slider_at);
  await eventually(
    "the distance is chosen",
    () => page.getByTestId("match-distance-text").textContent(),
    (text) => said.test(text ?? ""),
  );
  await page.getByTestId("match-start").click();
}

export async function wish_for_a_woman_of_25_or_over(member) {
  const { page } = member;
  await page.getByTestId("match-who").click();
  await page.getByTestId("match-sex").locator("label").nth(1).click();
  await page.getByTestId("match-age-min").selectOption("25");
  await look_at(member, "5-match-who");
  await page.getByTestId("match-who").click();
  await page.getByTestId("match-sex").waitFor({ state: "hidden" });
}

export async function accept(member) {
  const { page } = member;
  await page.getByTestId("proposal").waitFor();
  await look_at(member, "7-proposal");
  await page.getByTestId("proposal-accept").click();
}

/** Both look, from a fresh page, and accept each other. */
export async function meet_within_10_km(...both) {
  for (const member of both) {
    await member.page.goto("/match");
    await look_within_10_km(member);
  }
  for (const member of both) await accept(member);
  for (const { page } of both) await page.getByTestId("room").waitFor();
}

export async function decline(member) {
  const { page } = member;
  await page.getByTestId("proposal-decline").click();
  await page.getByTestId("proposal").waitFor({ state: "detached" });
}

export async function say(member, text) {
  const { page } = member;
  await page.getByTestId("composer").fill(text);
  await page.getByTestId("composer").press("Enter");
}

/** The texts of the room as they are shown, from above. */
export function shown_texts(member) {
  return member.page.getByTestId("message-text").allInnerTexts();
}

export function shown_states(member) {
  return member.page
    .getByTestId("message")
    .evaluateAll((bubbles) => bubbles.map((one) => one.getAttribute("data-state")));
}

export function eventually_shows(member, texts, limit_ms) {
  return eventually(
    `${member.name} sees exactly ${JSON.stringify(texts)}`,
    () => shown_texts(member),
    (seen) => JSON.stringify(seen) === JSON.stringify(texts),
    limit_ms,
  );
}

// Tests of choosing whom to meet: what a choice does to the wish, and where a refusal is said.
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Problem } from "../api/problem";
import { choose_wish, match_problem, wish } from "../state/match";
import { first_wish } from "../state/wish";
import { en } from "../texts/en";
import { language } from "../texts/language";
import { WhoChoice } from "./match_who";

let root: HTMLElement;

beforeEach(async () => {
  language.value = "en";
  choose_wish(first_wish);
  root = document.createElement("div");
  document.body.append(root);
  await act(() => render(<WhoChoice />, root));
});

afterEach(() => {
  render(null, root);
  root.remove();
  match_problem.value = null;
});

function at(test_id: string): HTMLElement {
  const found = root.querySelector<HTMLElement>(`[data-testid="${test_id}"]`);
  if (!found) throw new Error(`no ${test_id}`);
  return found;
}

const labels = (test_id: string) =>
  [...(at(test_id) as HTMLSelectElement).options].map((option) => option.textContent);

async function choose(test_id: string, value: string) {
  const select = at(test_id) as HTMLSelectElement;
  await act(() => {
    select.value = value;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

const chips = () => [...root.querySelectorAll(".condition")].map((chip) => chip.textContent);

describe("choosing whom to meet", () => {
  it("is folded away, and says so", async () => {
    expect(at("match-who").getAttribute("aria-expanded")).toBe("false");
    expect(root.querySelector(".who-choices")?.hasAttribute("hidden")).toBe(true);
    await act(() => at("match-who").click());

    expect(at("match-who").getAttribute("aria-expanded")).toBe("true");
    expect(root.querySelector(".who-choices")?.hasAttribute("hidden")).toBe(false);
  });

  it("takes the ends of the ages as no bound", async () => {
    expect(labels("match-age-min").at(0)).toBe("19");
    expect(labels("match-age-max").at(-1)).toBe("80+");
    await choose("match-age-min", "25");
    await choose("match-age-max", "34");
    expect(wish.value).toMatchObject({ age_min: 25, age_max: 34 });
    await choose("match-age-min", "19");
    await choose("match-age-max", "80");

    expect(wish.value).toMatchObject({ age_min: null, age_max: null });
    expect(chips()).toEqual([]);
  });

  it("shows an age that only another page could choose", async () => {
    await act(() => choose_wish({ ...first_wish, age_max: 90 }));

    expect((at("match-age-max") as HTMLSelectElement).value).toBe("90");
    expect(chips()).toEqual(["Aged 90 or under"]);
  });

  it("drops a condition with one tap and leaves the focus where one can go on", async () => {
    await act(() => choose_wish({ ...first_wish, sex: "male", language: "ja" }));
    expect(chips()).toEqual(["Male", "Speaks Japanese"]);
    at("condition-sex").focus();
    await act(() => at("condition-sex").click());
    expect(wish.value).toMatchObject({ sex: null, language: "ja" });
    expect(document.activeElement).toBe(at("condition-language"));
    await act(() => at("condition-language").click());

    expect(wish.value).toEqual(first_wish);
    expect(document.activeElement).toBe(at("match-who"));
  });

  it.each([
    ["age_max", "match-age-max"],
    ["language", "match-language"],
  ])("unfolds and leads to %s when the server refuses it", async (field, test_id) => {
    await act(() => {
      match_problem.value = new Problem("invalid_request", 400, null, [
        { field, code: "format", detail: "" },
      ]);
    });

    const select = at(test_id);
    expect(at("match-who").getAttribute("aria-expanded")).toBe("true");
    expect(select.getAttribute("aria-invalid")).toBe("true");
    const said = root.querySelector(`[id="${select.getAttribute("aria-describedby")}"]`);
    expect(said?.textContent).toBe(en.field_problem.unknown);
    expect(document.activeElement).toBe(select);
  });

  it("stays folded when a problem is about something else", async () => {
    await act(() => {
      match_problem.value = new Problem("invalid_request", 400, null, [
        { field: "max_distance_km", code: "unknown", detail: "" },
      ]);
    });

    expect(at("match-who").getAttribute("aria-expanded")).toBe("false");
  });
});

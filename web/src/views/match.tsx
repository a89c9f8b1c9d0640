// The match page: how far, whom, from where, and go.
import { useState } from "preact/hooks";
import { choose_wish, look_for_somebody, match, match_problem, wish } from "../state/match";
import { place } from "../state/place";
import { session } from "../state/session";
import { field_text, problem_said, texts } from "../texts/texts";
import { Button, Notice, Rings } from "../ui/elements";
import { distance_text, distances } from "./distance";
import { PlaceCard } from "./match_place";
import { Waiting } from "./match_waiting";
import { WhoChoice } from "./match_who";
import { wish_text } from "./wish_words";
import "./match.css";

export function Match() {
  const phase = match.value;
  return (
    <main id="main" class="match" data-testid="match">
      {phase.name === "waiting" ? <Waiting phase={phase} /> : <Start />}
    </main>
  );
}

function Start() {
  const t = texts.value;
  const phase = match.value;
  const [place_missing, set_place_missing] = useState(false);
  const nickname = session.value.name === "in" ? session.value.member.nickname : "";
  const ending = phase.name === "idle" ? phase.ending : null;
  const problem = match_problem.value;
  const has_place = place.value.name === "shared";

  function start() {
    set_place_missing(!has_place);
    if (has_place) void look_for_somebody();
  }

  return (
    <div class="match-start">
      <header>
        <h1>{t.match.title}</h1>
        <p class="lead">{t.match.lead(nickname)}</p>
      </header>
      {ending && (
        <Notice tone="calm" test_id="match-ending">
          {t.ending[ending]}
        </Notice>
      )}
      <DistanceChoice />
      <WhoChoice />
      <PlaceCard />
      <div class="match-go">
        {place_missing && !has_place && (
          <Notice tone="bad" test_id="match-place-needed">
            {t.match.place_needed}
          </Notice>
        )}
        {problem && (
          <Notice tone="bad" test_id="match-problem">
            {problem_said(t, problem)}
          </Notice>
        )}
        <p class="match-wish">
          <span class="small">{t.wish.looking_for}</span>
          <strong data-testid="match-wish">{wish_text(t, wish.value)}</strong>
        </p>
        <Button wide busy={phase.name === "joining"} on_press={start} test_id="match-start">
          {t.match.start}
        </Button>
      </div>
    </div>
  );
}

function DistanceChoice() {
  const t = texts.value;
  const all = distances();
  const km = wish.value.max_distance_km;
  const wrong = match_problem.value?.fields.find((one) => one.field === "max_distance_km");
  const at = Math.max(0, all.indexOf(km));
  return (
    <section class="distance card">
      <Rings lit={at + 1} all={all.length} alive={km === null}>
        <strong>{km === null ? "∞" : km}</strong>
        <small>{km === null ? "" : "km"}</small>
      </Rings>
      <div class="distance-words">
        <label for="distance">{t.match.distance}</label>
        <output for="distance" data-testid="match-distance-text">
          {distance_text(t, km)}
        </output>
        <p class="small">{km === null ? t.match.anywhere_hint : t.match.within_hint(km)}</p>
        <input
          id="distance"
          class="slider"
          type="range"
          min={0}
          max={all.length - 1}
          step={1}
          value={at}
          aria-valuetext={distance_text(t, km)}
          aria-invalid={wrong !== undefined}
          aria-describedby={wrong && "distance-problem"}
          data-testid="match-distance"
          onInput={(event) => {
            const chosen = all[Number(event.currentTarget.value)] ?? null;
            choose_wish({ ...wish.value, max_distance_km: chosen });
          }}
        />
        <div class="slider-ends" aria-hidden="true">
          <span>{all[0]} km</span>
          <span>{t.match.anywhere}</span>
        </div>
        {wrong && (
          <p id="distance-problem" class="field-note field-problem">
            {field_text(t, wrong.code)}
          </p>
        )}
      </div>
    </section>
  );
}

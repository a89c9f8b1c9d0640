// The match page: how far, from where, and go.
import { useState } from "preact/hooks";
import { look_for_somebody, match, match_problem, wish_distance, wished_distance } from "../state/match";
import { place } from "../state/place";
import { session } from "../state/session";
import { problem_said, texts } from "../texts/texts";
import { Button, Notice, Rings } from "../ui/elements";
import { distance_text, distances } from "./distance";
import { PlaceCard } from "./match_place";
import { Waiting } from "./match_waiting";
import "./match.css";

export function Match() {
  const phase = match.value;
  return (
    <main id="main" class="match" data-testid="match">
      {phase.name === "waiting" ? <Waiting ticket={phase.ticket} notice={phase.notice} /> : <Start />}
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
    if (has_place) void look_for_somebody(wished_distance.value);
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
      <PlaceCard />
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
      <Button wide busy={phase.name === "joining"} on_press={start} test_id="match-start">
        {t.match.start}
      </Button>
    </div>
  );
}

function DistanceChoice() {
  const t = texts.value;
  const all = distances();
  const km = wished_distance.value;
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
          data-testid="match-distance"
          onInput={(event) => wish_distance(all[Number(event.currentTarget.value)] ?? null)}
        />
        <div class="slider-ends" aria-hidden="true">
          <span>{all[0]} km</span>
          <span>{t.match.anywhere}</span>
        </div>
      </div>
    </section>
  );
}

// Telling roughly where one is: explained first, asked afterwards, with a city as the other way.
import { useRef, useState } from "preact/hooks";
import { type Problem, problem_from } from "../api/problem";
import { type City, cities } from "../state/cities";
import { place, share_city, share_device_place } from "../state/place";
import { problem_said, texts } from "../texts/texts";
import { Button, Notice } from "../ui/elements";
import { PinIcon } from "../ui/icons";
import { useFocusIfLost } from "../ui/lost_focus";

export function PlaceCard() {
  const [changing, set_changing] = useState(false);
  const state = place.value;
  if (state.name === "shared" && !changing)
    return <SharedPlace city={state.city} on_change={() => set_changing(true)} />;
  return <AskPlace on_done={() => set_changing(false)} />;
}

function SharedPlace(props: { city: City["id"] | null; on_change: () => void }) {
  const t = texts.value;
  const whole = useRef<HTMLElement>(null);
  useFocusIfLost(whole);
  return (
    <section ref={whole} class="place place-shared card" tabIndex={-1} data-testid="place-shared">
      <PinIcon />
      <span>{props.city === null ? t.match.place_here : t.match.place_near(t.city[props.city])}</span>
      <Button look="plain" on_press={props.on_change}>
        {t.match.place_change}
      </Button>
    </section>
  );
}

function AskPlace(props: { on_done: () => void }) {
  const t = texts.value;
  const state = place.value;
  const [picking, set_picking] = useState(false);
  const [problem, set_problem] = useState<Problem | null>(null);
  const cannot = state.name === "denied" || state.name === "unavailable";

  async function share(how: () => Promise<void>) {
    set_problem(null);
    try {
      await how();
      if (place.value.name === "shared") props.on_done();
    } catch (error) {
      set_problem(problem_from(error));
    }
  }

  return (
    <section class="place card" data-testid="place-ask">
      <h2>
        <PinIcon /> {t.match.place_title}
      </h2>
      <p>{t.match.place_why}</p>
      <ul class="place-facts">
        <li>{t.match.place_shared}</li>
        <li>{t.match.place_kept}</li>
      </ul>
      {state.name === "denied" && <Notice tone="calm">{t.match.place_denied}</Notice>}
      {state.name === "unavailable" && <Notice tone="calm">{t.match.place_unavailable}</Notice>}
      <div class="place-actions">
        {!cannot && (
          <Button
            look="soft"
            busy={state.name === "asking"}
            on_press={() => void share(share_device_place)}
            test_id="place-use"
          >
            {state.name === "asking" ? t.match.place_asking : t.match.place_use}
          </Button>
        )}
        {!cannot && !picking && (
          <Button look="plain" on_press={() => set_picking(true)} test_id="place-pick-city">
            {t.match.place_city}
          </Button>
        )}
        {state.name === "shared" && (
          <Button look="plain" on_press={props.on_done}>
            {t.app.cancel}
          </Button>
        )}
      </div>
      {problem && (
        <Notice tone="bad" test_id="place-problem">
          {problem_said(t, problem)}
        </Notice>
      )}
      {(picking || cannot) && <CityChoice on_city={(city) => void share(() => share_city(city))} />}
    </section>
  );
}

function CityChoice(props: { on_city: (city: City) => void }) {
  const t = texts.value;
  return (
    <fieldset class="cities" aria-label={t.match.city_pick} data-testid="place-cities">
      {cities.map((city) => (
        <button
          key={city.id}
          type="button"
          class="chip-button"
          data-testid={`city-${city.id}`}
          onClick={() => props.on_city(city)}
        >
          {t.city[city.id]}
        </button>
      ))}
    </fieldset>
  );
}

// Whom one wishes to meet besides how far: folded away, said in chips, each dropped with one tap.
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { Wish } from "../protocol/frames";
import { client_settings } from "../state/client_settings";
import { asking, choose_wish, drop_condition, match_problem, wish } from "../state/match";
import { type Condition, conditions_of, with_age } from "../state/wish";
import { texts } from "../texts/texts";
import { Segments, Select } from "../ui/elements";
import { CrossMark, OnIcon, PairIcon } from "../ui/icons";
import { language_choices } from "./languages";
import { condition_text } from "./wish_words";

/** The eldest that can be chosen; above it there is no bound. */
const AGE_TOP = 80;

const ANY = "any";

const fields_of = ["sex", "age_min", "age_max", "language"];

export function WhoChoice() {
  const t = texts.value;
  const id = useId();
  const section = useRef<HTMLElement>(null);
  const header = useRef<HTMLButtonElement>(null);
  const [is_open, set_open] = useState(false);
  const problem = match_problem.value;
  const is_wrong = problem?.fields.some((one) => fields_of.includes(one.field)) === true;

  useEffect(() => {
    if (is_wrong) set_open(true);
  }, [is_wrong]);
  useEffect(() => {
    if (!is_wrong || !is_open) return;
    section.current?.querySelector<HTMLElement>(".field-wrong select, .field-wrong input:checked")?.focus();
  }, [is_wrong, is_open]);

  return (
    <section ref={section} class="who card">
      <h2>
        <button
          ref={header}
          type="button"
          class="who-header"
          aria-expanded={is_open}
          aria-controls={id}
          data-testid="match-who"
          onClick={() => set_open(!is_open)}
        >
          <PairIcon />
          <span>{t.wish.title}</span>
          {conditions_of(wish.value).length === 0 && <span class="who-anyone">{t.wish.anyone}</span>}
          <OnIcon />
        </button>
      </h2>
      <ConditionChips
        of={wish.value}
        on_drop={(condition) => void drop_condition(condition)}
        on_none_left={() => header.current?.focus()}
      />
      <div id={id} class="who-choices" hidden={!is_open}>
        <WhoFields />
      </div>
    </section>
  );
}

function WhoFields() {
  const t = texts.value;
  const wanted = wish.value;
  const choose = (part: Partial<Wish>) => choose_wish({ ...wanted, ...part });
  const any = (label: string) => ({ value: ANY, label });

  // Everything here is chosen and not written: what is wrong can only be the choice.
  function wrong(name: keyof Wish): string | undefined {
    const is_refused = match_problem.value?.fields.some((one) => one.field === name) === true;
    return is_refused ? t.field_problem.unknown : undefined;
  }

  return (
    <>
      <Segments<"any" | "female" | "male">
        label={t.sign_up.sex}
        choices={[
          { value: ANY, label: t.wish.sex_any },
          { value: "female", label: t.sex.female },
          { value: "male", label: t.sex.male },
        ]}
        value={wanted.sex ?? ANY}
        on_change={(value) => choose({ sex: value === ANY ? null : value })}
        problem={wrong("sex")}
        test_id="match-sex"
      />
      <fieldset class="ages">
        <legend>{t.wish.age}</legend>
        <Age bound="age_min" problem={wrong("age_min")} />
        <Age bound="age_max" problem={wrong("age_max")} />
      </fieldset>
      <Select<string>
        label={t.wish.language}
        choices={[
          any(t.wish.language_any),
          ...language_choices(wanted.language === null ? [] : [wanted.language]),
        ]}
        value={wanted.language ?? ANY}
        on_change={(value) => choose({ language: value === ANY ? null : value })}
        problem={wrong("language")}
        test_id="match-language"
      />
      <p class="small">{t.wish.hint}</p>
    </>
  );
}

/** One end of the ages. The youngest who may join and the eldest to choose stand for no bound. */
function Age(props: { bound: "age_min" | "age_max"; problem: string | undefined }) {
  const t = texts.value;
  const is_min = props.bound === "age_min";
  const youngest = client_settings.value.minimum_age;
  const open_end = is_min ? youngest : AGE_TOP;
  const age = wish.value[props.bound];
  const from_server = age === null || (age >= youngest && age <= AGE_TOP) ? [] : [age];
  const all = Array.from({ length: Math.max(0, AGE_TOP - youngest) + 1 }, (_, at) => youngest + at);
  return (
    <Select<string>
      label={is_min ? t.wish.age_from : t.wish.age_to}
      choices={[...all, ...from_server]
        .sort((one, other) => one - other)
        .map((one) => ({
          value: String(one),
          label: one === AGE_TOP && !is_min ? t.wish.years_open(one) : t.wish.years(one),
        }))}
      value={String(age ?? open_end)}
      on_change={(value) => {
        const chosen = Number(value) === open_end ? null : Number(value);
        choose_wish(with_age(wish.value, props.bound, chosen));
      }}
      problem={props.problem}
      test_id={is_min ? "match-age-min" : "match-age-max"}
    />
  );
}

/** The conditions that are set; nothing when there are none. */
export function ConditionChips(props: {
  of: Wish;
  /** The one that another button of the page drops. */
  but?: Condition | undefined;
  on_drop: (condition: Condition) => void;
  /** The chip that was pressed or had the focus is gone, and no other is there to take the focus. */
  on_none_left: () => void;
}) {
  const t = texts.value;
  const list = useRef<HTMLUListElement>(null);
  const pressed = useRef(false);
  const set = conditions_of(props.of).filter((condition) => condition !== props.but);
  const busy = asking.value;
  const had_focus = list.current?.contains(document.activeElement) === true;

  useEffect(() => {
    if (!(pressed.current || had_focus) || busy) return;
    pressed.current = false;
    if (list.current?.contains(document.activeElement)) return;
    const next = list.current?.querySelector("button");
    if (next) next.focus();
    else props.on_none_left();
  }, [set.length, busy]);

  if (set.length === 0) return null;
  return (
    <ul ref={list} class="conditions" aria-label={t.wish.conditions} data-testid="conditions">
      {set.map((condition) => {
        const text = condition_text(t, props.of, condition);
        return (
          <li key={condition}>
            <button
              type="button"
              class="condition"
              aria-label={t.wish.drop(text)}
              aria-disabled={busy}
              data-testid={`condition-${condition}`}
              onClick={() => {
                if (busy) return;
                pressed.current = true;
                props.on_drop(condition);
              }}
            >
              {text}
              <CrossMark />
            </button>
          </li>
        );
      })}
    </ul>
  );
}

// The elements every page is made of. They know nothing about chat.
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { OnIcon, PersonIcon } from "./icons";
import { useModal } from "./modal";

interface ButtonProps {
  children: ComponentChildren;
  look?: "strong" | "soft" | "plain" | "danger";
  type?: "button" | "submit";
  busy?: boolean;
  disabled?: boolean;
  wide?: boolean;
  /** What is said where the text alone does not tell which of several it is. */
  label?: string;
  focus_first?: boolean;
  test_id?: string;
  on_press?: () => void;
}

export function Button(props: ButtonProps) {
  const looks = ["button", `button-${props.look ?? "strong"}`, props.wide ? "button-wide" : ""].join(" ");
  const button = useRef<HTMLButtonElement>(null);
  const wants_focus = props.focus_first === true;
  useEffect(() => {
    if (wants_focus) button.current?.focus();
  }, [wants_focus]);
  return (
    <button
      ref={button}
      type={props.type ?? "button"}
      class={looks}
      disabled={props.disabled}
      // Not `disabled` while busy: that would take the focus away from whoever pressed it with a key.
      aria-disabled={props.busy}
      aria-busy={props.busy}
      aria-label={props.label}
      data-testid={props.test_id}
      onClick={(event) => {
        if (props.busy) event.preventDefault();
        else props.on_press?.();
      }}
    >
      {props.busy && <Spinner />}
      {props.children}
    </button>
  );
}

export function IconButton(props: {
  label: string;
  children: ComponentChildren;
  test_id?: string;
  on_press: () => void;
}) {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={props.label}
      title={props.label}
      data-testid={props.test_id}
      onClick={props.on_press}
    >
      {props.children}
    </button>
  );
}

export const Spinner = () => <span class="spinner" aria-hidden="true" />;

interface FieldProps {
  label: string;
  value: string;
  on_change: (value: string) => void;
  hint?: string | undefined;
  problem?: string | undefined;
  type?: "text" | "password" | "email" | "date";
  autocomplete?: string;
  input_mode?: "text" | "numeric" | "email";
  max_length?: number;
  max?: string;
  focus_first?: boolean;
  look?: "code";
  test_id: string;
}

export function Field(props: FieldProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const wants_focus = props.focus_first === true;
  useEffect(() => {
    if (wants_focus) input.current?.focus();
  }, [wants_focus]);
  const notes = [props.problem && `${id}-problem`, props.hint && `${id}-hint`].filter(Boolean).join(" ");
  return (
    <div class={props.problem ? "field field-wrong" : "field"}>
      <label for={id}>{props.label}</label>
      <input
        ref={input}
        id={id}
        class={props.look === "code" ? "input input-code" : "input"}
        // The union of all input types is too fine for one component that serves four of them.
        type={(props.type ?? "text") as "text"}
        value={props.value}
        autocomplete={props.autocomplete ?? "off"}
        autocapitalize="none"
        spellcheck={false}
        inputMode={props.input_mode}
        maxLength={props.max_length}
        max={props.max}
        aria-invalid={props.problem !== undefined}
        aria-describedby={notes || undefined}
        data-testid={props.test_id}
        onInput={(event) => props.on_change(event.currentTarget.value)}
      />
      {props.problem && (
        <p id={`${id}-problem`} class="field-note field-problem">
          {props.problem}
        </p>
      )}
      {props.hint && (
        <p id={`${id}-hint`} class="field-note">
          {props.hint}
        </p>
      )}
    </div>
  );
}

/** Several lines of text, with how much of it there may be. */
export function TextArea(props: {
  label: string;
  value: string;
  on_change: (value: string) => void;
  count: number;
  max: number;
  hint?: string | undefined;
  problem?: string | undefined;
  rows: number;
  test_id: string;
}) {
  const id = useId();
  const notes = [props.problem && `${id}-problem`, `${id}-hint`].filter(Boolean).join(" ");
  return (
    <div class={props.problem ? "field field-wrong" : "field"}>
      <label for={id}>{props.label}</label>
      <textarea
        id={id}
        class="input input-lines"
        rows={props.rows}
        value={props.value}
        dir="auto"
        aria-invalid={props.problem !== undefined}
        aria-describedby={notes}
        data-testid={props.test_id}
        onInput={(event) => props.on_change(event.currentTarget.value)}
      />
      {props.problem && (
        <p id={`${id}-problem`} class="field-note field-problem">
          {props.problem}
        </p>
      )}
      <p id={`${id}-hint`} class="field-note field-count">
        <span>{props.hint}</span>
        <span data-testid={`${props.test_id}-count`}>
          {props.count}/{props.max}
        </span>
      </p>
    </div>
  );
}

export function PasswordField(props: FieldProps & { show_label: string }) {
  const [shown, set_shown] = useState(false);
  return (
    <div class="password">
      <Field {...props} type={shown ? "text" : "password"} />
      <label class="check check-small">
        <input type="checkbox" checked={shown} onChange={(event) => set_shown(event.currentTarget.checked)} />
        <span>{props.show_label}</span>
      </label>
    </div>
  );
}

export function Check(props: {
  label: string;
  checked: boolean;
  on_change: (checked: boolean) => void;
  test_id: string;
}) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={props.checked}
        data-testid={props.test_id}
        onChange={(event) => props.on_change(event.currentTarget.checked)}
      />
      <span>{props.label}</span>
    </label>
  );
}

/** On or off, taken at once. */
export function Switch(props: {
  label: string;
  text: string;
  on: boolean;
  busy: boolean;
  on_change: (on: boolean) => void;
  test_id: string;
}) {
  const id = useId();
  return (
    <label class="switch">
      <span class="switch-words">
        <strong id={id}>{props.label}</strong>
        <span id={`${id}-text`}>{props.text}</span>
      </span>
      <input
        type="checkbox"
        role="switch"
        checked={props.on}
        aria-checked={props.on}
        aria-labelledby={id}
        aria-describedby={`${id}-text`}
        aria-busy={props.busy}
        data-testid={props.test_id}
        onClick={(event) => {
          if (props.busy) event.preventDefault();
        }}
        onChange={(event) => props.on_change(event.currentTarget.checked)}
      />
    </label>
  );
}

/** Looks like a button and lets a file be chosen. `camera` asks a phone to take a picture instead. */
export function FileButton(props: {
  children: ComponentChildren;
  look: "strong" | "soft";
  accept: string;
  camera?: boolean;
  on_file: (file: File) => void;
  test_id: string;
}) {
  return (
    <label class={`button button-${props.look} file-button`}>
      <input
        type="file"
        class="for-listeners"
        accept={props.accept}
        capture={props.camera ? "user" : undefined}
        data-testid={props.test_id}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          // The same file may be chosen again.
          event.currentTarget.value = "";
          if (file) props.on_file(file);
        }}
      />
      {props.children}
    </label>
  );
}

interface Choice<T extends string> {
  value: T;
  label: string;
}

/** One of a few, side by side. */
export function Segments<T extends string>(props: {
  label: string;
  label_hidden?: boolean;
  choices: readonly Choice<T>[];
  value: T;
  on_change: (value: T) => void;
  problem?: string | undefined;
  test_id: string;
}) {
  const name = useId();
  return (
    <fieldset
      class={props.problem ? "segments field-wrong" : "segments"}
      aria-describedby={props.problem && `${name}-problem`}
      data-testid={props.test_id}
    >
      <legend class={props.label_hidden ? "for-listeners" : ""}>{props.label}</legend>
      <div class="segments-row">
        <Radios {...props} name={name} class="segment" />
      </div>
      {props.problem && (
        <p id={`${name}-problem`} class="field-note field-problem">
          {props.problem}
        </p>
      )}
    </fieldset>
  );
}

function Radios<T extends string>(props: {
  name: string;
  class: string;
  choices: readonly Choice<T>[];
  value: T | null;
  on_change: (value: T) => void;
}) {
  return (
    <>
      {props.choices.map((choice) => (
        <label key={choice.value} class={props.class}>
          <input
            type="radio"
            name={props.name}
            value={choice.value}
            checked={choice.value === props.value}
            onChange={() => props.on_change(choice.value)}
          />
          <span>{choice.label}</span>
        </label>
      ))}
    </>
  );
}

/** One of several, all in sight; none to begin with. */
export function OneOf<T extends string>(props: {
  label: string;
  choices: readonly Choice<T>[];
  value: T | null;
  on_change: (value: T) => void;
  test_id: string;
}) {
  const name = useId();
  return (
    <fieldset class="chips" data-testid={props.test_id}>
      <legend>{props.label}</legend>
      <div class="chips-row">
        <Radios {...props} name={name} class="chip" />
      </div>
    </fieldset>
  );
}

/** One of many, opened to choose. */
export function Select<T extends string>(props: {
  label: string;
  choices: readonly Choice<T>[];
  value: T;
  on_change: (value: T) => void;
  problem?: string | undefined;
  test_id: string;
}) {
  const id = useId();
  return (
    <div class={props.problem ? "field field-wrong" : "field"}>
      <label for={id}>{props.label}</label>
      <div class="select">
        <select
          id={id}
          class="input"
          value={props.value}
          aria-invalid={props.problem !== undefined}
          aria-describedby={props.problem && `${id}-problem`}
          data-testid={props.test_id}
          onChange={(event) => props.on_change(event.currentTarget.value as T)}
        >
          {props.choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
        <OnIcon />
      </div>
      {props.problem && (
        <p id={`${id}-problem`} class="field-note field-problem">
          {props.problem}
        </p>
      )}
    </div>
  );
}

/** Any number of many. */
export function Chips<T extends string>(props: {
  label: string;
  hint: string;
  choices: readonly Choice<T>[];
  values: readonly T[];
  max?: number;
  on_change: (values: T[]) => void;
  problem?: string | undefined;
  test_id?: string;
}) {
  const is_full = props.max !== undefined && props.values.length >= props.max;
  const toggle = (value: T, on: boolean) =>
    props.on_change(on ? [...props.values, value] : props.values.filter((one) => one !== value));
  return (
    <fieldset class="chips" data-testid={props.test_id}>
      <legend>{props.label}</legend>
      <div class="chips-row">
        {props.choices.map((choice) => (
          <label key={choice.value} class="chip">
            <input
              type="checkbox"
              checked={props.values.includes(choice.value)}
              disabled={is_full && !props.values.includes(choice.value)}
              onChange={(event) => toggle(choice.value, event.currentTarget.checked)}
            />
            <span>{choice.label}</span>
          </label>
        ))}
      </div>
      {props.problem && (
        <p class="field-note field-problem" role="alert">
          {props.problem}
        </p>
      )}
      <p class="field-note">{props.hint}</p>
    </fieldset>
  );
}

export function Notice(props: {
  tone: "calm" | "bad" | "good";
  children: ComponentChildren;
  test_id?: string;
}) {
  return (
    <p
      class={`notice notice-${props.tone}`}
      role={props.tone === "bad" ? "alert" : "status"}
      data-testid={props.test_id}
    >
      {props.children}
    </p>
  );
}

/** A window over the page. */
export function Dialog(props: {
  title: string;
  children: ComponentChildren;
  on_dismiss: (() => void) | null;
  test_id: string;
}) {
  const title = useRef<HTMLHeadingElement>(null);
  const title_id = useId();
  // Neither button: an Enter meant for something else must not answer.
  const dialog = useModal(title);
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby={title_id}
      data-testid={props.test_id}
      onCancel={(event) => {
        event.preventDefault();
        props.on_dismiss?.();
      }}
    >
      <h2 ref={title} id={title_id} tabIndex={-1}>
        {props.title}
      </h2>
      {props.children}
    </dialog>
  );
}

const TONES = 6;

function tone_of(key: string): number {
  let sum = 0;
  for (const letter of key) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return sum % TONES;
}

/** A picture, or the first letter of the name where there is none or it does not load; a figure without a name. */
export function Avatar(props: {
  name: string;
  image?: string | null | undefined;
  size?: "large" | "huge";
  on_broken?: () => void;
}) {
  const first = [...props.name][0];
  const look = first === undefined ? "avatar-nobody" : `tone-${tone_of(props.name)}`;
  return (
    <span class={`avatar ${props.size ? `avatar-${props.size}` : ""} ${look}`} aria-hidden="true">
      {first === undefined ? <PersonIcon /> : first.toUpperCase()}
      {props.image && <Picture link={props.image} on_broken={props.on_broken} />}
    </span>
  );
}

/** The path says which picture it is; what follows only lets it be seen for a while. */
export function is_same_picture(one: string, other: string): boolean {
  return one.split("?", 1)[0] === other.split("?", 1)[0];
}

/** Stays with the link it has loaded when all that is new is another link to the same picture. */
function Picture(props: { link: string; on_broken?: (() => void) | undefined }) {
  const loaded = useRef<string | null>(null);
  const [broken, set_broken] = useState<string | null>(null);
  const link =
    loaded.current !== null && is_same_picture(loaded.current, props.link) ? loaded.current : props.link;
  if (broken === link) return null;
  return (
    <img
      class="avatar-picture"
      src={link}
      alt=""
      decoding="async"
      onLoad={() => {
        loaded.current = link;
      }}
      onError={() => {
        loaded.current = null;
        set_broken(link);
        props.on_broken?.();
      }}
    />
  );
}

export function Badge(props: { count: number; max: number; label: string; test_id?: string }) {
  if (props.count === 0) return null;
  return (
    <span class="badge" data-testid={props.test_id}>
      <span aria-hidden="true">{props.count > props.max ? `${props.max}+` : props.count}</span>
      <span class="for-listeners">{props.label}</span>
    </span>
  );
}

/** Rings around a point: the nearer, the fewer. `lit` of them are within reach. */
export function Rings(props: { lit: number; all: number; alive?: boolean; children?: ComponentChildren }) {
  const rings = Array.from({ length: props.all }, (_, at) => at);
  return (
    <div class={props.alive ? "rings rings-alive" : "rings"} aria-hidden="true">
      <svg viewBox="0 0 240 240" aria-hidden="true">
        {rings.reverse().map((at) => (
          <circle
            key={at}
            cx="120"
            cy="120"
            r={42 + (at * 76) / Math.max(1, props.all - 1)}
            class={`ring ring-${at} ${at < props.lit ? "ring-lit" : ""}`}
          />
        ))}
      </svg>
      <div class="rings-centre">{props.children}</div>
    </div>
  );
}

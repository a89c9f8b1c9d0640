// A button that opens a few things to do, as keyboards and screen readers know it.
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { MoreIcon } from "./icons";

export interface MenuItem {
  label: string;
  icon: ComponentChildren;
  test_id: string;
  on_press: () => void;
}

/** Where a key leads to from the item at a place. */
function place_after(key: string, at: number, count: number): number | null {
  switch (key) {
    case "ArrowDown":
      return (at + 1) % count;
    case "ArrowUp":
      return (at + count - 1) % count;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return null;
  }
}

export function Menu(props: { label: string; items: readonly MenuItem[]; test_id: string }) {
  const id = useId();
  const [is_open, set_open] = useState(false);
  const whole = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const items = () => [...(whole.current?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? [])];

  // Before it is drawn: a key pressed at once is meant for it already.
  useLayoutEffect(() => {
    if (!is_open) return;
    items()[0]?.focus();
    const close_outside = (event: Event) => {
      if (!whole.current?.contains(event.target as Node)) set_open(false);
    };
    document.addEventListener("pointerdown", close_outside);
    document.addEventListener("focusin", close_outside);
    return () => {
      document.removeEventListener("pointerdown", close_outside);
      document.removeEventListener("focusin", close_outside);
    };
  }, [is_open]);

  function close() {
    set_open(false);
    button.current?.focus();
  }

  function on_key(event: KeyboardEvent) {
    if (event.key === "Escape") return close();
    const all = items();
    const to = place_after(event.key, all.indexOf(event.target as HTMLElement), all.length);
    if (to === null) return;
    event.preventDefault();
    all[to]?.focus();
  }

  return (
    <div ref={whole} class="menu-button">
      <button
        ref={button}
        type="button"
        class="icon-button"
        aria-label={props.label}
        title={props.label}
        aria-haspopup="menu"
        aria-expanded={is_open}
        aria-controls={is_open ? id : undefined}
        data-testid={props.test_id}
        onClick={() => set_open(!is_open)}
      >
        <MoreIcon />
      </button>
      {is_open && (
        <div id={id} class="menu-list" role="menu" aria-label={props.label} tabIndex={-1} onKeyDown={on_key}>
          {props.items.map((item) => (
            <button
              key={item.test_id}
              type="button"
              role="menuitem"
              tabIndex={-1}
              data-testid={item.test_id}
              onClick={() => {
                close();
                item.on_press();
              }}
            >
              {item.icon}
              {item.label}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

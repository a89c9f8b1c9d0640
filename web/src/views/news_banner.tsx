// News above the page, until its member has taken note.
import type { ComponentChildren } from "preact";
import { CrossMark } from "../ui/icons";
import { focus_heading } from "./focus_keeper";

export function NewsBanner(props: {
  children: ComponentChildren;
  close_label: string;
  on_close: () => void;
  test_id: string;
}) {
  return (
    <div class="banner banner-calm" role="status" data-testid={props.test_id}>
      {props.children}
      <button
        type="button"
        class="banner-close"
        aria-label={props.close_label}
        onClick={() => {
          props.on_close();
          // The button goes with the banner.
          focus_heading();
        }}
        data-testid={`${props.test_id}-close`}
      >
        <CrossMark />
      </button>
    </div>
  );
}

// A link that leaves what was typed on this page alone.
import type { ComponentChildren } from "preact";
import { texts } from "../texts/texts";

export function NewTabLink(props: { href: string; children: ComponentChildren; test_id?: string }) {
  const t = texts.value;
  return (
    <a class="new-tab-link" href={props.href} target="_blank" rel="noopener" data-testid={props.test_id}>
      {props.children}
      <span class="for-listeners"> ({t.app.new_tab})</span>
    </a>
  );
}

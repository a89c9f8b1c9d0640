// What stands around each section of the settings: the way back, and its name.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { navigate } from "../routes";
import { texts } from "../texts/texts";
import { IconButton } from "../ui/elements";
import { BackIcon } from "../ui/icons";
import "./me.css";

export function MeFrame(props: { title: string; test_id: string; children: ComponentChildren }) {
  const t = texts.value;
  const title = useRef<HTMLHeadingElement>(null);
  // Who listens learns that another page has come; who types begins above everything.
  useEffect(() => title.current?.focus(), []);
  return (
    <main id="main" class="me me-section" data-testid={props.test_id}>
      <header class="me-header">
        <IconButton label={t.app.back} on_press={() => navigate({ name: "me" })} test_id="me-back">
          <BackIcon />
        </IconButton>
        <h1 ref={title} tabIndex={-1}>
          {props.title}
        </h1>
      </header>
      {props.children}
    </main>
  );
}

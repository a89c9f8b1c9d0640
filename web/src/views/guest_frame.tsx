// What stands around every page of somebody who is not logged in.
import type { ComponentChildren } from "preact";
import { Logo } from "../ui/icons";
import { LanguageChoice } from "./choices";

export function GuestFrame(props: { children: ComponentChildren; narrow?: boolean }) {
  return (
    <div class="guest">
      <header class="guest-header">
        <a class="brand" href="/">
          <Logo />
          <span>rand-chat</span>
        </a>
        <LanguageChoice label_hidden />
      </header>
      <main id="main" class={props.narrow ? "guest-main guest-narrow" : "guest-main"}>
        {props.children}
      </main>
    </div>
  );
}

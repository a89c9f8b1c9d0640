// What stands around every page of somebody who is not logged in, and above one that has steps.
import type { ComponentChildren } from "preact";
import { texts } from "../texts/texts";
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

export function Steps(props: { at: number; all: number }) {
  const t = texts.value;
  const steps = Array.from({ length: props.all }, (_, index) => index);
  return (
    <div class="steps">
      <span class="for-listeners">{t.sign_up.step(props.at + 1, props.all)}</span>
      {steps.map((index) => (
        <span key={index} class={index <= props.at ? "step step-done" : "step"} aria-hidden="true" />
      ))}
    </div>
  );
}

// A page whose code is fetched when it is first shown.
import type { ComponentType } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { texts } from "../texts/texts";
import { Button, Spinner } from "../ui/elements";
import { focus_heading } from "./focus_keeper";

export function lazily<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let Page: ComponentType<P> | null = null;
  return function Lazy(props: P) {
    const [state, set_state] = useState<"loading" | "loaded" | "failed">("loading");
    const had_focus = useRef(false);
    useEffect(() => {
      if (state !== "loading") return;
      let alive = true;
      load().then(
        (loaded) => {
          Page = loaded;
          had_focus.current = document.getElementById("main")?.contains(document.activeElement) ?? false;
          if (alive) set_state("loaded");
        },
        () => {
          if (alive) set_state("failed");
        },
      );
      return () => {
        alive = false;
      };
    }, [state]);
    useEffect(() => {
      // Who came here by a key goes on from the top of the page, as on one that was there at once.
      if (state === "loaded" && had_focus.current) focus_heading();
    }, [state]);
    useEffect(() => {
      if (state !== "failed") return;
      const try_again = () => set_state("loading");
      window.addEventListener("online", try_again);
      return () => window.removeEventListener("online", try_again);
    }, [state]);
    if (Page !== null) return <Page {...props} />;
    return <NotYet failed={state === "failed"} />;
  };
}

function NotYet(props: { failed: boolean }) {
  const t = texts.value;
  return (
    <main id="main" class="splash" aria-live="polite">
      {props.failed ? <h1>{t.app.loading_failed}</h1> : <Spinner />}
      {/* Not only another try: a new version of the page may have other files. */}
      {props.failed && (
        <Button look="soft" on_press={() => location.reload()}>
          {t.connection.reload}
        </Button>
      )}
    </main>
  );
}

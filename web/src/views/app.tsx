// Decides which page is shown, and to whom.
import { useEffect, useRef } from "preact/hooks";
import { navigate, type Route, route } from "../routes";
import { session } from "../state/session";
import { texts } from "../texts/texts";
import { Spinner } from "../ui/elements";
import { Announcer } from "./announcer";
import { useFocusKept } from "./focus_keeper";
import { ForgotPassword } from "./forgot_password";
import { ForgotUsername } from "./forgot_username";
import { Landing } from "./landing";
import { Agreeing, DocumentPage } from "./later_pages";
import { LogIn } from "./log_in";
import { MemberPages } from "./member_pages";
import { NotFound } from "./not_found";
import { usePageTitle } from "./page_title";
import { SignUp } from "./sign_up";
import { Unlock } from "./unlock";

const pages_for_guests: ReadonlySet<Route["name"]> = new Set([
  "landing",
  "sign_up",
  "log_in",
  "unlock",
  "forgot_username",
  "forgot_password",
]);
const pages_for_everybody: ReadonlySet<Route["name"]> = new Set(["terms", "privacy", "not_found"]);

export function App() {
  const t = texts.value;
  const who = session.value.name;
  const page = route.value;
  const member = session.value.name === "in" ? session.value.member.id : null;
  usePageTitle();
  useFocusKept();

  // The page that logging in came in between of, and whose it was when that is known.
  const wanted = useRef<{ page: Route; of: string | null } | null>(null);
  const last_member = useRef<string | null>(null);
  useEffect(() => {
    if (who === "in" && pages_for_guests.has(page.name)) {
      const is_theirs = wanted.current?.of === null || wanted.current?.of === member;
      navigate((is_theirs && wanted.current?.page) || { name: "match" }, "replace");
    }
    if (who === "in") {
      wanted.current = null;
      last_member.current = member;
    }
    if (who !== "out") return;
    if (page.name === "landing" || page.name === "sign_up") wanted.current = null;
    else if (!pages_for_guests.has(page.name) && !pages_for_everybody.has(page.name)) {
      wanted.current = { page, of: last_member.current };
      navigate({ name: "log_in" }, "replace");
    }
  }, [who, page, member]);

  const is_document = page.name === "terms" || page.name === "privacy";
  if (who === "unknown" && !is_document) return <Splash />;
  return (
    <>
      <a class="skip-link" href="#main">
        {t.app.skip}
      </a>
      {who === "in" ? (
        <MemberPages key={member} />
      ) : who === "agreeing" && !is_document ? (
        <Agreeing />
      ) : (
        <GuestPages />
      )}
      <Announcer />
    </>
  );
}

function GuestPages() {
  switch (route.value.name) {
    case "terms":
    case "privacy":
      return <DocumentPage which={route.value.name} />;
    case "unlock":
      return <Unlock />;
    case "forgot_username":
      return <ForgotUsername />;
    case "forgot_password":
      return <ForgotPassword />;
    case "sign_up":
      return <SignUp />;
    case "log_in":
      return <LogIn />;
    case "landing":
      return <Landing />;
    case "not_found":
      return <NotFound />;
    default:
      return null;
  }
}

function Splash() {
  const t = texts.value;
  const state = session.value;
  const unreachable = state.name === "unknown" && state.unreachable;
  return (
    <main class="splash" aria-live="polite">
      <Spinner />
      <h1 data-testid="splash-words">
        {!unreachable ? t.app.loading : navigator.onLine ? t.app.unreachable : t.app.offline}
      </h1>
    </main>
  );
}

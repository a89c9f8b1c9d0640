// A list of the settings that comes page by page: its rows, that there are none, or that they could not be had.
import type { JSX } from "preact";
import { problem_said, texts } from "../texts/texts";
import { Button, Notice, Spinner } from "../ui/elements";
import type { Pages } from "./use_pages";

export function MeList<T>(props: {
  pages: Pages<T>;
  label: string;
  none: string;
  test_id: string;
  children: (row: T) => JSX.Element;
}) {
  const t = texts.value;
  const { rows, has_more, load_more, action } = props.pages;
  return (
    <>
      {action.problem && (
        <Notice tone="bad" test_id={`${props.test_id}-problem`}>
          {problem_said(t, action.problem)}
        </Notice>
      )}
      {rows === null && !action.problem && <Spinner />}
      {rows === null && action.problem && (
        <Button look="soft" on_press={load_more} test_id={`${props.test_id}-again`}>
          {t.app.try_again}
        </Button>
      )}
      {rows?.length === 0 && !has_more && <p data-testid={`${props.test_id}-none`}>{props.none}</p>}
      {rows !== null && rows.length > 0 && (
        <ul class="card me-rows" aria-label={props.label} data-testid={props.test_id}>
          {rows.map(props.children)}
        </ul>
      )}
      {has_more && (
        <Button look="plain" busy={action.busy} on_press={load_more} test_id={`${props.test_id}-more`}>
          {t.rooms.more}
        </Button>
      )}
    </>
  );
}

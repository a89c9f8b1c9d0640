// Why an account cannot be used, and until when.
import type { Suspension } from "../api/problem";
import { full_moment } from "../texts/formats";
import type { Texts } from "../texts/ko";
import { texts } from "../texts/texts";

/** What a report led to carries the reason of the report; what moderators write is shown as it is. */
function reason_said(t: Texts, reason: string): string {
  return (t.report_reason as Record<string, string>)[reason] ?? reason;
}

export function SuspendedWords(props: { suspension: Suspension }) {
  const t = texts.value;
  const { until, reason } = props.suspension;
  return (
    <>
      <strong>
        {until === null ? t.suspension.for_good : t.suspension.until(full_moment(until, Date.now()))}
      </strong>
      {reason !== "" && (
        <>
          <br />
          {t.suspension.reason}: <bdi data-testid="suspension-reason">{reason_said(t, reason)}</bdi>
        </>
      )}
      <br />
      {t.suspension.ask}
    </>
  );
}

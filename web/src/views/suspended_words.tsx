// Why an account cannot be used, and until when.
import type { Suspension } from "../api/problem";
import { full_moment } from "../texts/formats";
import { texts } from "../texts/texts";

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
          {t.suspension.reason}: <bdi data-testid="suspension-reason">{reason}</bdi>
        </>
      )}
      <br />
      {t.suspension.ask}
    </>
  );
}

// Leaving for good: what that means, the password, and once more a yes.

import { texts } from "../texts/texts";
import { MeFrame } from "./me_frame";
import { WithdrawForm } from "./withdraw_form";

export function MeWithdraw() {
  const t = texts.value;
  return (
    <MeFrame title={t.withdraw.submit} test_id="me-page-withdraw">
      <WithdrawForm
        hint={
          <p class="small">
            <a href="/me/export">{t.withdraw.export_first}</a>
          </p>
        }
      />
    </MeFrame>
  );
}

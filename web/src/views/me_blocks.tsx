// Whom the member has blocked, and lifting that.
import { useRef, useState } from "preact/hooks";
import { type Block, delete_block, get_blocks } from "../api/safety";
import { full_moment } from "../texts/formats";
import type { Texts } from "../texts/ko";
import { texts } from "../texts/texts";
import { Avatar, Button, Notice } from "../ui/elements";
import { MeFrame } from "./me_frame";
import { MeList } from "./me_list";
import { usePages } from "./use_pages";

function name_of(t: Texts, block: Block): string {
  return block.nickname === "" ? t.room.withdrawn : block.nickname;
}

export function MeBlocks() {
  const t = texts.value;
  const pages = usePages(async (cursor) => {
    const { blocks, next } = await get_blocks(cursor);
    return { rows: blocks, next };
  });
  const [lifted, set_lifted] = useState<Block | null>(null);
  const whole = useRef<HTMLElement>(null);

  function lift(which: Block) {
    set_lifted(null);
    void pages.action.run(async () => {
      await delete_block(which.member);
      pages.change((rows) => rows.filter((one) => one.member !== which.member));
      set_lifted(which);
      whole.current?.focus();
    });
  }

  return (
    <MeFrame title={t.me.blocks} test_id="me-page-blocks">
      <p class="lead">{t.block.list_lead}</p>
      {lifted && (
        <Notice tone="good" test_id="block-lifted">
          {t.block.lifted(name_of(t, lifted))}
        </Notice>
      )}
      <section ref={whole} class="me-stack" tabIndex={-1} aria-label={t.me.blocks}>
        <MeList pages={pages} label={t.me.blocks} none={t.block.none} test_id="blocks">
          {(block) => (
            <li key={block.member} class="session" data-testid="block">
              <Avatar name={block.nickname} />
              <span class="session-words">
                <strong>
                  <bdi>{name_of(t, block)}</bdi>
                </strong>
                <time class="small" dateTime={block.blocked_at}>
                  {t.block.since(full_moment(block.blocked_at, Date.now()))}
                </time>
              </span>
              <Button
                look="plain"
                label={t.block.lift_one(name_of(t, block))}
                disabled={pages.action.busy}
                on_press={() => lift(block)}
                test_id="block-lift"
              >
                {t.block.lift}
              </Button>
            </li>
          )}
        </MeList>
      </section>
    </MeFrame>
  );
}

// Looking for a room in the list: by the partner's name or the last message, in all pages of the list.
import { useEffect, useRef, useState } from "preact/hooks";
import { has_more_rooms, load_more_rooms } from "../state/rooms";
import { texts } from "../texts/texts";
import { Button } from "../ui/elements";
import { CrossMark, SearchIcon } from "../ui/icons";

export function RoomSearch(props: { wanted: string; on_change: (wanted: string) => void; found: number }) {
  const t = texts.value;
  const { wanted, on_change, found } = props;
  const box = useRef<HTMLInputElement>(null);
  const is_searching = wanted.trim() !== "";
  const pages = useAllPages(is_searching);

  function clear() {
    on_change("");
    box.current?.focus();
  }

  return (
    <search class="rooms-search">
      <div class="rooms-search-box">
        <SearchIcon />
        <input
          ref={box}
          type="text"
          inputMode="search"
          enterkeyhint="search"
          autocomplete="off"
          dir="auto"
          value={wanted}
          aria-label={t.rooms.search}
          placeholder={t.rooms.search}
          data-testid="rooms-search"
          onInput={(event) => on_change(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape" && !event.isComposing) clear();
          }}
        />
        {wanted !== "" && (
          <button
            type="button"
            aria-label={t.rooms.search_clear}
            title={t.rooms.search_clear}
            data-testid="rooms-search-clear"
            onClick={clear}
          >
            <CrossMark />
          </button>
        )}
      </div>
      <div role="status" data-testid="rooms-search-found">
        {is_searching && pages.state === "all" && found > 0 && (
          <p class="for-listeners">{t.rooms.found(found)}</p>
        )}
        {is_searching && pages.state === "all" && found === 0 && (
          <div class="rooms-none">
            <p>
              <strong>{t.rooms.found_none}</strong>
            </p>
            <p class="small">{t.rooms.found_none_text}</p>
          </div>
        )}
        {is_searching && pages.state === "loading" && <p class="rooms-searching">{t.rooms.searching}</p>}
      </div>
      {is_searching && pages.state === "failed" && (
        <div class="rooms-more" role="alert">
          <p class="small">{t.rooms.search_failed}</p>
          <Button look="plain" on_press={pages.try_again} test_id="rooms-search-again">
            {t.app.try_again}
          </Button>
        </div>
      )}
    </search>
  );
}

/** Whoever looks for a room looks in all of them: the rest of the list is loaded, page by page. */
function useAllPages(is_wanted: boolean): { state: "all" | "loading" | "failed"; try_again: () => void } {
  const [has_failed, set_failed] = useState(false);
  const [loaded, set_loaded] = useState(0);
  const has_more = has_more_rooms.value;
  useEffect(() => {
    if (!is_wanted) set_failed(false);
    if (!is_wanted || !has_more || has_failed) return;
    let alive = true;
    load_more_rooms().then(
      () => alive && set_loaded((pages) => pages + 1),
      () => alive && set_failed(true),
    );
    return () => {
      alive = false;
    };
  }, [is_wanted, has_more, has_failed, loaded]);
  const state = !has_more ? "all" : has_failed ? "failed" : "loading";
  return { state, try_again: () => set_failed(false) };
}

// Whether somebody looks at this page, as far as a browser can tell.
import { useEffect, useState } from "preact/hooks";

const is_looked_at = () => document.visibilityState === "visible" && document.hasFocus();

export function useLookedAt(): boolean {
  const [looked_at, set_looked_at] = useState(is_looked_at);
  useEffect(() => {
    const look = () => set_looked_at(is_looked_at());
    look();
    document.addEventListener("visibilitychange", look);
    window.addEventListener("focus", look);
    window.addEventListener("blur", look);
    return () => {
      document.removeEventListener("visibilitychange", look);
      window.removeEventListener("focus", look);
      window.removeEventListener("blur", look);
    };
  }, []);
  return looked_at;
}

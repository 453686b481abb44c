// The list of keys, by "?".
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { t } from "./i18n";
import { shortcuts } from "./keyboard";

export const helpOpen = signal(false);

const names: Record<string, string> = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Enter: "⏎", Escape: "Esc" };

export function Help() {
  const dialog = useRef<HTMLDialogElement>(null);
  const open = helpOpen.value;
  useEffect(() => {
    if (open && !dialog.current?.open) dialog.current?.showModal();
    if (!open) dialog.current?.close();
  }, [open]);
  return (
    <dialog ref={dialog} class="help" aria-labelledby="help-title" onClose={() => { helpOpen.value = false; }}
      onClick={(e) => { if (e.target === e.currentTarget) helpOpen.value = false; }}>
      {open && <>
        <h2 id="help-title">{t("help.title")}</h2>
        {shortcuts.value.map((group, i) => (
          <dl key={i}>
            {group.map((one) => (
              <div key={one.keys[0]}>
                <dt>{one.keys.map((keys) => <span key={keys}>{keys.split(" ").map((key) => <kbd key={key}>{names[key] ?? key}</kbd>)}</span>)}</dt>
                <dd>{t(one.text)}</dd>
              </div>
            ))}
          </dl>
        ))}
        <form method="dialog"><button type="submit">{t("help.close")}</button></form>
      </>}
    </dialog>
  );
}

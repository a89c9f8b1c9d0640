// Choosing the language and the theme.
import { change_language } from "../state/account";
import { choose_theme, type Theme, theme } from "../state/theme";
import { type Language, language } from "../texts/language";
import { texts } from "../texts/texts";
import { Segments } from "../ui/elements";

export function LanguageChoice(props: { label_hidden?: boolean }) {
  const t = texts.value;
  return (
    <Segments<Language>
      label={t.me.language}
      label_hidden={props.label_hidden ?? false}
      choices={[
        { value: "ko", label: "한국어" },
        { value: "en", label: "English" },
      ]}
      value={language.value}
      on_change={change_language}
      test_id="language"
    />
  );
}

export function ThemeChoice() {
  const t = texts.value;
  return (
    <Segments<Theme>
      label={t.me.theme}
      choices={[
        { value: "system", label: t.me.theme_system },
        { value: "light", label: t.me.theme_light },
        { value: "dark", label: t.me.theme_dark },
      ]}
      value={theme.value}
      on_change={choose_theme}
      test_id="theme"
    />
  );
}

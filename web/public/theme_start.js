// Sets the chosen theme before the first paint, so that nobody sees a flash of the other one.
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage can be forbidden; then the system's choice holds.
}

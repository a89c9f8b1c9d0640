// Tells a password manager whose password this form is about; nobody sees or hears it.
export function OwnerField(props: { login: string }) {
  return <input type="text" name="username" autocomplete="username" value={props.login} readOnly hidden />;
}

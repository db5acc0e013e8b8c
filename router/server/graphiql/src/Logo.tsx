import { useGraphiQL } from "@graphiql/react";
import { useEffect } from "react";
import icon from "./icon.svg";

/** The logo; as GraphiQL's child it also sees when the editors are there, which come after the page. */
export function Logo({ onEditors }: { onEditors(ready: boolean): void }) {
  const ready = useGraphiQL((state) =>
    [state.queryEditor, state.variableEditor, state.headerEditor, state.responseEditor].every(Boolean),
  );
  useEffect(() => onEditors(ready), [ready]);
  return (
    <a className="waybill-logo" href="./">
      <img src={icon} alt="" />
      Waybill
    </a>
  );
}

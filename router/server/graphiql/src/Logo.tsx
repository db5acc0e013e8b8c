import icon from "./icon.svg";

export function Logo() {
  return (
    <a className="waybill-logo" href="./">
      <img src={icon} alt="" />
      Waybill
    </a>
  );
}

/** French display of numbers, as the server's filters do; U+202F is the narrow no-break space. */
const NARROW = "\u202f";

function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, NARROW);
}

/** Whole euros from cents: `1 234 €`. */
export function euros(cents: number): string {
  const rounded = Math.round(Math.abs(cents) / 100);
  return `${cents < 0 && rounded > 0 ? "−" : ""}${grouped(rounded)}${NARROW}€`;
}

/** Seconds as `45 s`, `2 min 05 s` or `1 h 04 min`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number): string => String(value).padStart(2, "0");
  if (whole < 60) return `${whole}${NARROW}s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) {
    const rest = whole % 60;
    return rest === 0 ? `${minutes}${NARROW}min` : `${minutes}${NARROW}min${NARROW}${two(rest)}${NARROW}s`;
  }
  return `${Math.floor(minutes / 60)}${NARROW}h${NARROW}${two(minutes % 60)}${NARROW}min`;
}

/** A count with its groups of three: `2 050`. */
export function count(value: number): string {
  return grouped(Math.round(value));
}

import type { AdvisedZone } from '../../../domain/edi/adviceTime.ts';

/** Codes of data element 623 for a place, whose clock may be put forward in summer. A is Alaska; the Atlantic is T. */
const places: Readonly<Record<string, string>> = {
  AT: 'America/Anchorage',
  CT: 'America/Chicago',
  ET: 'America/New_York',
  HT: 'Pacific/Honolulu',
  MT: 'America/Denver',
  NT: 'America/St_Johns',
  PT: 'America/Los_Angeles',
  TT: 'America/Halifax',
};

/** Those for one clock, in hours from UTC. */
const clocks: Readonly<Record<string, number>> = {
  ...{ UT: 0, GM: 0, AS: -9, AD: -8, CS: -6, CD: -5, ES: -5, ED: -4, HS: -10, HD: -9, MS: -7, MD: -6 },
  ...{ NS: -3.5, ND: -2.5, PS: -8, PD: -7, TS: -4, TD: -3 },
  // Those with half hours, which later versions have.
  ...{ 25: -2.5, 26: -3.5, 27: 5.5, 28: 9.5, 29: 10.5 },
};

/** 01 to 12 are hours ahead of UTC, 13 to 24 are 12 to 1 hours behind it. */
const numbered = (code: string): number | undefined => {
  const hours = /^(0[1-9]|1\d|2[0-4])$/.test(code) ? Number(code) : undefined;
  return hours === undefined || hours <= 12 ? hours : hours - 25;
};

/** What a time code means; null: the clock of the place (LT). Undefined: it is none that is known here. */
export const zoneOf = (code: string): AdvisedZone | undefined => {
  if (code === '' || code === 'LT') return null;
  if (Object.hasOwn(places, code)) return places[code];
  return Object.hasOwn(clocks, code) ? clocks[code] : numbered(code);
};

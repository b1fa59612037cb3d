import type { AdvisedZone } from '../../../domain/edi/adviceTime.ts';

/** Codes of data element 623 for a place, whose clock is put forward in summer. */
const places: Readonly<Record<string, string>> = {
  AT: 'America/Halifax',
  ET: 'America/New_York',
  CT: 'America/Chicago',
  MT: 'America/Denver',
  PT: 'America/Los_Angeles',
};

/** Those for one clock, in hours from UTC. */
const clocks: Readonly<Record<string, number>> = {
  ...{ UT: 0, GM: 0, AS: -4, AD: -3, ES: -5, ED: -4, CS: -6, CD: -5, MS: -7, MD: -6, PS: -8, PD: -7 },
};

/** 01 to 12 are hours before UTC, 13 to 24 are 12 to 1 hours behind it. */
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

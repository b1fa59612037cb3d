import type { Verdict } from '../../domain/evidence/checkBundle.ts';

/** A verdict for people: what is wrong, or what is proven. */
export const reportOf = ({ verified, findings, checked, proven, notes }: Verdict): string => {
  const { events, policyEvents, journals, lines } = checked;
  const counts = `${events} events, ${policyEvents} policy events, ${journals} journals, ${lines} lines`;
  return [
    verified ? `VERIFIED  ${counts}` : `NOT VERIFIED  ${findings.length} found wrong  (${counts})`,
    ...findings.map(({ code, detail }) => `  ${code}: ${detail}`),
    ...proven.map((line) => `  ${line}`),
    ...notes.map((line) => `  Note: ${line}`),
  ].join('\n');
};

import type { Verdict } from '../../domain/evidence/checkBundle.ts';

/** 7: nothing is wrong, but nobody gave a key, so that who signed it was not checked. */
export const exitCodeOf = ({ agrees, verified }: Pick<Verdict, 'agrees' | 'verified'>): number =>
  verified ? 0 : agrees ? 7 : 1;

/** A verdict for people: what is wrong, or what is proven. */
export const reportOf = ({ agrees, verified, findings, checked, proven, notes }: Verdict): string => {
  const { events, policyEvents, journals, lines } = checked;
  const counts = `${events} events, ${policyEvents} policy events, ${journals} journals, ${lines} lines`;
  const title = agrees
    ? `AGREES WITH ITSELF  no key was given, so who signed it was not checked  (${counts})`
    : `NOT VERIFIED  ${findings.length} found wrong  (${counts})`;
  return [
    verified ? `VERIFIED  ${counts}` : title,
    ...findings.map(({ code, detail }) => `  ${code}: ${detail}`),
    ...proven.map((line) => `  ${line}`),
    ...notes.map((line) => `  Note: ${line}`),
  ].join('\n');
};
